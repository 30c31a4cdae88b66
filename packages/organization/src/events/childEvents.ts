import * as Event from "@cim-domain/commands/Event"
import { entityId, plainId } from "@cim-domain/commands/fields/Identifier"
import { nullable } from "@cim-domain/commands/fields/nullable"
import { timestamp } from "@cim-domain/commands/fields/Timestamp"
import { Schema } from "effect"
import { OrganizationId } from "../Identifiers.ts"
import { StoredOrganizationType } from "../values/OrganizationType.ts"
import { adding } from "./adding.ts"

/** What happened to child organizations; recorded with the parent. */
export const childEvents = {
  ChildOrganizationAdded: Event.make({
    parent_organization_id: entityId(OrganizationId),
    child_organization_id: plainId(OrganizationId),
    child_name: Schema.String,
    child_type: StoredOrganizationType,
    occurred_at: timestamp
  }, {
    token: "child_added",
    addressee: "parent_organization_id",
    causedBy: ["AddChildOrganization"]
  }),
  ChildOrganizationRemoved: Event.make({
    parent_organization_id: entityId(OrganizationId),
    child_organization_id: plainId(OrganizationId),
    occurred_at: timestamp,
    reason: nullable(Schema.String)
  }, {
    token: "child_removed",
    addressee: "parent_organization_id",
    causedBy: ["RemoveChildOrganization"],
    upcast: { 1: adding({ reason: null }) }
  })
}
