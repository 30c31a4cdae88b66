import { accepted, rejected } from "@cim-domain/event-sourcing/Decider"
import { errorKinds } from "../OrganizationError.ts"
import { childrenOf, depthOf, heightOf, isWithin } from "../state/Forest.ts"
import { liveFacility } from "../state/Units.ts"
import { exceeded } from "./exceeded.ts"
import type { Rule } from "./OrganizationDecision.ts"
import { unavailable } from "./unavailable.ts"

/** Removes a facility; what is inside moves to a given one, or to where the facility was itself. */
export const removeFacility: Rule<"RemoveFacility"> = (state, command, context) => {
  const { facility_id, promote_children, reason, transfer_children_to } = command
  const missing = unavailable(state, "Facility", facility_id) ??
    unavailable(state, "Facility", transfer_children_to)
  if (missing !== null) return rejected(missing)
  const forest = state.index.facilityForest
  const children = childrenOf(forest, facility_id)
  if (transfer_children_to === null && !promote_children && children.length > 0) {
    return rejected(errorKinds.FacilityNotEmpty.make({ children }))
  }
  if (transfer_children_to !== null) {
    if (isWithin(forest, transfer_children_to, facility_id)) {
      const why = transfer_children_to === facility_id ? "it is the facility itself" : "it is inside the facility"
      return rejected(errorKinds.InvalidTransferTarget.make({ target: transfer_children_to, why }))
    }
    if (liveFacility(state, transfer_children_to)!.status === "Closed") {
      return rejected(errorKinds.InvalidTransferTarget.make({ target: transfer_children_to, why: "it is closed" }))
    }
    const tooDeep = exceeded(
      "facility_depth",
      context.limits.depth,
      children.length === 0 ? 0 : depthOf(forest, transfer_children_to) + heightOf(forest, facility_id) - 1
    )
    if (tooDeep !== null) return rejected(tooDeep)
  }
  return accepted({
    event_type: "FacilityRemoved",
    facility_id,
    organization_id: state.id,
    reason,
    reparented: {
      facility_ids: children,
      to: promote_children ? liveFacility(state, facility_id)!.parent_facility_id : transfer_children_to
    }
  })
}
