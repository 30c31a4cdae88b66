import { Schema } from "effect"
import { entityId, OrganizationId, plainId } from "../Identifiers.ts"
import { timestamp } from "../Timestamp.ts"
import { StoredOrganizationType } from "../values/OrganizationType.ts"
import { nullable } from "../wire/nullable.ts"
import { event } from "./event.ts"

/** What happened to child organizations; recorded with the parent. */
export const childEvents = {
  ChildOrganizationAdded: event("ChildOrganizationAdded", {
    parent_organization_id: entityId(OrganizationId),
    child_organization_id: plainId(OrganizationId),
    child_name: Schema.String,
    child_type: StoredOrganizationType,
    occurred_at: timestamp
  }),
  ChildOrganizationRemoved: event("ChildOrganizationRemoved", {
    parent_organization_id: entityId(OrganizationId),
    child_organization_id: plainId(OrganizationId),
    occurred_at: timestamp,
    reason: nullable(Schema.String)
  })
}
