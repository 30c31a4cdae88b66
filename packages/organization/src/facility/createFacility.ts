import { Code } from "@cim-domain/commands/fields/Code"
import { entityId } from "@cim-domain/commands/fields/Identifier"
import { defaulted, nullable } from "@cim-domain/commands/fields/nullable"
import { Description, Name } from "@cim-domain/commands/fields/text"
import { accepted, rejected } from "@cim-domain/event-sourcing/Decider"
import { HashMap } from "effect"
import { whileGrowing } from "../definition/CommandGate.ts"
import { organizationCommand } from "../definition/organizationCommand.ts"
import { FacilityId, OrganizationId } from "../Identifiers.ts"
import { exceeded } from "../limits/exceeded.ts"
import { codeInUse } from "../units/codeInUse.ts"
import { depthOf } from "../units/Forest.ts"
import { freeCode } from "../units/freeCode.ts"
import { idInUse, unavailableParent } from "../units/unavailable.ts"
import { UnitMetadata } from "../units/UnitMetadata.ts"
import { Capacity, FacilityType } from "./facilityFields.ts"

/** Creates a facility, of its own or inside another one that is not closed. */
export const createFacility = organizationCommand({
  organization_id: entityId(OrganizationId),
  name: Name,
  code: nullable(Code),
  facility_type: FacilityType,
  description: nullable(Description),
  capacity: nullable(Capacity),
  parent_facility_id: nullable(entityId(FacilityId)),
  facility_id: entityId(FacilityId),
  metadata: defaulted(UnitMetadata, {})
}, {
  about: "Adds a place, inside another one or on its own.",
  creates: "facility_id",
  gate: whileGrowing,
  leadsTo: ["FacilityCreated"]
}, (state, command, context) => {
  const { facility_id, parent_facility_id } = command
  const { facilityCodes, facilityForest } = state.index
  const problem = idInUse(state, "Facility", facility_id) ??
    unavailableParent(state, parent_facility_id) ??
    codeInUse("Facility", facilityCodes, command.code, facility_id) ??
    exceeded("facility_depth", context.limits.depth, depthOf(facilityForest, parent_facility_id) + 1) ??
    exceeded("facilities", context.limits.unitsPerKind, HashMap.size(state.facilities) + 1)
  if (problem !== null) return rejected(problem)
  return accepted({
    event_type: "FacilityCreated",
    facility_id,
    organization_id: state.id,
    name: command.name,
    code: command.code ?? freeCode(facilityCodes, command.name),
    facility_type: command.facility_type,
    description: command.description,
    capacity: command.capacity,
    parent_facility_id,
    metadata: command.metadata
  })
})
