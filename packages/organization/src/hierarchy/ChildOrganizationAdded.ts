import { entityId, plainId } from "@cim-domain/commands/fields/Identifier"
import { timestamp } from "@cim-domain/commands/fields/Timestamp"
import { Unfit } from "@cim-domain/commands/history/Evolved"
import { HashMap, Schema } from "effect"
import { organizationEvent } from "../definition/organizationEvent.ts"
import { OrganizationId } from "../Identifiers.ts"
import { growth } from "../limits/bytesOf.ts"
import { StoredOrganizationType } from "../organization/organizationFields.ts"

/** An organization became a child of this one; recorded with the parent. */
export const ChildOrganizationAdded = organizationEvent({
  parent_organization_id: entityId(OrganizationId),
  child_organization_id: plainId(OrganizationId),
  child_name: Schema.String,
  child_type: StoredOrganizationType,
  occurred_at: timestamp
}, {
  token: "child_added",
  addressee: "parent_organization_id",
  causedBy: ["AddChildOrganization"]
}, (state, { child_name, child_organization_id: id, child_type }) => {
  if (HashMap.has(state.children, id)) return new Unfit("the child is one of this organization already")
  if (id === state.id) return new Unfit("an organization cannot be its own child")
  const child = { id, name: child_name, type: child_type }
  return {
    ...state,
    children: HashMap.set(state.children, id, child),
    bytes: state.bytes + growth(undefined, child)
  }
})
