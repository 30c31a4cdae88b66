import { Schema } from "effect"
import { OrganizationId } from "../Identifiers.ts"
import { StoredOrganizationType } from "../organization/organizationFields.ts"

/** A child as its parent knows it. */
export const ChildOrganization = Schema.Struct({
  id: OrganizationId,
  name: Schema.String,
  type: StoredOrganizationType
})
export type ChildOrganization = typeof ChildOrganization.Type
