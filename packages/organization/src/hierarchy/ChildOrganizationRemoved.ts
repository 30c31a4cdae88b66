import { entityId, plainId } from "@cim-domain/commands/fields/Identifier"
import { nullable } from "@cim-domain/commands/fields/nullable"
import { timestamp } from "@cim-domain/commands/fields/Timestamp"
import { Unfit } from "@cim-domain/commands/history/Evolved"
import { HashMap, Option, Schema } from "effect"
import { adding } from "../definition/adding.ts"
import { organizationEvent } from "../definition/organizationEvent.ts"
import { OrganizationId } from "../Identifiers.ts"
import { growth } from "../limits/bytesOf.ts"

/** An organization is no longer a child of this one; recorded with the parent. */
export const ChildOrganizationRemoved = organizationEvent({
  parent_organization_id: entityId(OrganizationId),
  child_organization_id: plainId(OrganizationId),
  occurred_at: timestamp,
  reason: nullable(Schema.String)
}, {
  token: "child_removed",
  addressee: "parent_organization_id",
  causedBy: ["RemoveChildOrganization"],
  upcast: { 1: adding({ reason: null }) }
}, (state, { child_organization_id: id }) => {
  const child = Option.getOrUndefined(HashMap.get(state.children, id))
  return child === undefined ? new Unfit("the child is not one of this organization") : {
    ...state,
    children: HashMap.remove(state.children, id),
    bytes: state.bytes + growth(child, undefined)
  }
})
