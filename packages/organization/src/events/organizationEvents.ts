import { Schema } from "effect"
import { entityId, OrganizationId } from "../Identifiers.ts"
import { timestamp } from "../Timestamp.ts"
import { MergerType } from "../values/MergerType.ts"
import { StoredMetadata } from "../values/Metadata.ts"
import { InitialStatus, OrganizationStatus } from "../values/OrganizationStatus.ts"
import { StoredOrganizationType } from "../values/OrganizationType.ts"
import { choice } from "../wire/choice.ts"
import { defaulted, nullable } from "../wire/nullable.ts"
import { event } from "./event.ts"

/** What happened to an organization itself. */
export const organizationEvents = {
  OrganizationCreated: event("OrganizationCreated", {
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
  }),
  OrganizationUpdated: event("OrganizationUpdated", {
    organization_id: entityId(OrganizationId),
    changes: Schema.Struct({
      name: nullable(Schema.String),
      display_name: nullable(Schema.String),
      description: nullable(Schema.String),
      status: nullable(OrganizationStatus),
      metadata: nullable(StoredMetadata),
      organization_type: nullable(StoredOrganizationType),
      founded_date: nullable(timestamp),
      cleared: defaulted(Schema.Array(Schema.Literals(["description", "founded_date"])), [])
    }),
    occurred_at: timestamp
  }),
  OrganizationDissolved: event("OrganizationDissolved", {
    organization_id: entityId(OrganizationId),
    reason: Schema.String,
    effective_date: timestamp,
    occurred_at: timestamp
  }),
  OrganizationMerged: event("OrganizationMerged", {
    surviving_organization_id: entityId(OrganizationId),
    merged_organization_id: entityId(OrganizationId),
    merger_type: MergerType,
    effective_date: timestamp,
    occurred_at: timestamp,
    recorded_on: defaulted(choice(["merged", "surviving"]), "surviving")
  }),
  OrganizationStatusChanged: event("OrganizationStatusChanged", {
    organization_id: entityId(OrganizationId),
    new_status: OrganizationStatus,
    previous_status: OrganizationStatus,
    reason: nullable(Schema.String),
    occurred_at: timestamp
  })
}
