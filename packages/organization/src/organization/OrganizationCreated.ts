import { entityId } from "@cim-domain/commands/fields/Identifier"
import { StoredMetadata } from "@cim-domain/commands/fields/Metadata"
import { defaulted, nullable } from "@cim-domain/commands/fields/nullable"
import { timestamp } from "@cim-domain/commands/fields/Timestamp"
import { Unfit } from "@cim-domain/commands/history/Evolved"
import { Schema } from "effect"
import { adding } from "../definition/adding.ts"
import { organizationEvent } from "../definition/organizationEvent.ts"
import { OrganizationId } from "../Identifiers.ts"
import { InitialStatus, StoredOrganizationType } from "./organizationFields.ts"
import { withRoot } from "./withRoot.ts"

/** There is a new organization. */
export const OrganizationCreated = organizationEvent({
  organization_id: entityId(OrganizationId),
  name: Schema.String,
  display_name: Schema.String,
  organization_type: StoredOrganizationType,
  parent_id: nullable(entityId(OrganizationId)),
  metadata: defaulted(StoredMetadata, {}),
  occurred_at: timestamp,
  description: nullable(Schema.String),
  founded_date: nullable(timestamp),
  initial_status: defaulted(InitialStatus, "Active")
}, {
  token: "created",
  creates: "organization_id",
  causedBy: ["CreateOrganization"],
  upcast: { 1: adding({ description: null, founded_date: null, initial_status: "Active" }) }
}, (state, event) =>
  state.organization !== null ? new Unfit("the organization exists already") : withRoot(state, {
    name: event.name,
    display_name: event.display_name,
    description: event.description,
    organization_type: event.organization_type,
    status: event.initial_status,
    declared_parent_id: event.parent_id,
    founded_date: event.founded_date,
    metadata: event.metadata,
    created_at: event.occurred_at,
    status_reason: null,
    dissolved_on: null
  }))
