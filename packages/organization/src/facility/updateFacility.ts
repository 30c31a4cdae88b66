import { clearable, noFieldBothSetAndCleared } from "@cim-domain/commands/fields/clearable"
import { Code } from "@cim-domain/commands/fields/Code"
import { entityId } from "@cim-domain/commands/fields/Identifier"
import { nullable } from "@cim-domain/commands/fields/nullable"
import { Description, Name } from "@cim-domain/commands/fields/text"
import { accepted, noChange, rejected } from "@cim-domain/event-sourcing/Decider"
import { unlessSuspended } from "../definition/CommandGate.ts"
import { organizationCommand } from "../definition/organizationCommand.ts"
import { FacilityId, OrganizationId } from "../Identifiers.ts"
import { exceeded } from "../limits/exceeded.ts"
import { circularReference } from "../units/circularReference.ts"
import { codeInUse } from "../units/codeInUse.ts"
import { depthOf, heightOf } from "../units/Forest.ts"
import { unavailable, unavailableParent } from "../units/unavailable.ts"
import { UnitMetadata } from "../units/UnitMetadata.ts"
import { liveFacility } from "../units/Units.ts"
import { changedFields, changesOf } from "../updates/changesOf.ts"
import { Capacity, clearableOfFacility, FacilityStatus, FacilityType } from "./facilityFields.ts"
import { FacilityUpdated } from "./FacilityUpdated.ts"

/** Records the fields of a facility that differ. One that is closed keeps what is inside but takes no more. */
export const updateFacility = organizationCommand({
  facility_id: entityId(FacilityId),
  organization_id: entityId(OrganizationId),
  name: nullable(Name),
  code: nullable(Code),
  description: nullable(Description),
  capacity: nullable(Capacity),
  status: nullable(FacilityStatus),
  parent_facility_id: nullable(entityId(FacilityId)),
  facility_type: nullable(FacilityType),
  metadata: nullable(UnitMetadata),
  clear: clearable(clearableOfFacility)
}, {
  about: "Changes a place, or moves it into another one.",
  checks: [noFieldBothSetAndCleared],
  gate: unlessSuspended,
  leadsTo: ["FacilityUpdated"]
}, (state, command, context) => {
  const { facility_id } = command
  const missing = unavailable(state, "Facility", facility_id)
  if (missing !== null) return rejected(missing)
  const facility = liveFacility(state, facility_id)!
  const changes = changesOf(FacilityUpdated, facility, command)
  const { facilityCodes, facilityForest } = state.index
  const problem = unavailableParent(state, changes.parent_facility_id) ??
    codeInUse("Facility", facilityCodes, changes.code, facility_id) ??
    circularReference("Facility", facilityForest, facility_id, changes.parent_facility_id) ??
    (changes.parent_facility_id === null ? null : exceeded(
      "facility_depth",
      context.limits.depth,
      depthOf(facilityForest, changes.parent_facility_id) + heightOf(facilityForest, facility_id)
    ))
  if (problem !== null) return rejected(problem)
  if (changedFields(changes).length === 0) return noChange
  return accepted({
    event_type: "FacilityUpdated",
    facility_id,
    organization_id: state.id,
    changes
  })
})
