import { entityId } from "@cim-domain/commands/fields/Identifier"
import { defaulted, nullable } from "@cim-domain/commands/fields/nullable"
import { Reason } from "@cim-domain/commands/fields/text"
import { accepted, rejected } from "@cim-domain/event-sourcing/Decider"
import { Schema } from "effect"
import { unlessSuspended } from "../definition/CommandGate.ts"
import { organizationCommand } from "../definition/organizationCommand.ts"
import { FacilityId, OrganizationId } from "../Identifiers.ts"
import { exceeded } from "../limits/exceeded.ts"
import { errorKinds } from "../OrganizationError.ts"
import { childrenOf, depthOf, heightOf, isWithin } from "../units/Forest.ts"
import { unavailable } from "../units/unavailable.ts"
import { liveFacility } from "../units/Units.ts"

const oneFateForChildren = Schema.makeFilter(
  (removal: { readonly transfer_children_to: string | null; readonly promote_children: boolean }) =>
    removal.transfer_children_to === null || !removal.promote_children ||
    { path: ["promote_children"], issue: "Expected either `transfer_children_to` or `promote_children`, not both" }
)

/** Removes a facility; what is inside moves to a given one, or to where the facility was itself. */
export const removeFacility = organizationCommand({
  facility_id: entityId(FacilityId),
  organization_id: entityId(OrganizationId),
  reason: Reason,
  transfer_children_to: nullable(entityId(FacilityId)),
  promote_children: defaulted(Schema.Boolean, false)
}, {
  about: "Removes a place. Places inside it move, to one that is named or one level up.",
  checks: [oneFateForChildren],
  gate: unlessSuspended,
  leadsTo: ["FacilityRemoved"]
}, (state, command, context) => {
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
})
