import { accepted, noChange, rejected } from "@cim-domain/event-sourcing/Decider"
import { depthOf, heightOf } from "../state/Forest.ts"
import { liveFacility } from "../state/Units.ts"
import { changedFields, clearedFields, ifDifferent } from "./changes.ts"
import { circularReference } from "./circularReference.ts"
import { codeInUse } from "./codeInUse.ts"
import { exceeded } from "./exceeded.ts"
import type { Rule } from "./OrganizationDecision.ts"
import { unavailable, unavailableParent } from "./unavailable.ts"

/** Records the fields of a facility that differ. One that is closed keeps what is inside but takes no more. */
export const updateFacility: Rule<"UpdateFacility"> = (state, command, context) => {
  const { facility_id } = command
  const missing = unavailable(state, "Facility", facility_id)
  if (missing !== null) return rejected(missing)
  const facility = liveFacility(state, facility_id)!
  const changes = {
    name: ifDifferent(facility.name, command.name),
    code: ifDifferent(facility.code, command.code),
    description: ifDifferent(facility.description, command.description),
    capacity: ifDifferent(facility.capacity, command.capacity),
    status: ifDifferent(facility.status, command.status),
    parent_facility_id: ifDifferent(facility.parent_facility_id, command.parent_facility_id),
    facility_type: ifDifferent(facility.facility_type, command.facility_type),
    cleared: clearedFields(facility, ["description", "capacity", "parent_facility_id"], command.clear)
  }
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
}
