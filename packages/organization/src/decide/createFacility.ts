import { accepted, rejected } from "@cim-domain/event-sourcing/Decider"
import { HashMap } from "effect"
import { depthOf } from "../state/Forest.ts"
import { codeInUse } from "./codeInUse.ts"
import { exceeded } from "./exceeded.ts"
import type { Rule } from "./OrganizationDecision.ts"
import { idInUse, unavailableParent } from "./unavailable.ts"

/** Creates a facility, of its own or inside another one that is not closed. */
export const createFacility: Rule<"CreateFacility"> = (state, command, context) => {
  const { code, facility_id, parent_facility_id } = command
  const { facilityCodes, facilityForest } = state.index
  const problem = idInUse(state, "Facility", facility_id) ??
    unavailableParent(state, parent_facility_id) ??
    codeInUse("Facility", facilityCodes, code, facility_id) ??
    exceeded("facility_depth", context.limits.depth, depthOf(facilityForest, parent_facility_id) + 1) ??
    exceeded("facilities", context.limits.unitsPerKind, HashMap.size(state.facilities) + 1)
  if (problem !== null) return rejected(problem)
  return accepted({
    event_type: "FacilityCreated",
    facility_id,
    organization_id: state.id,
    name: command.name,
    code,
    facility_type: command.facility_type,
    description: command.description,
    capacity: command.capacity,
    parent_facility_id
  })
}
