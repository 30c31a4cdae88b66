import * as Event from "@cim-domain/commands/Event"
import { choice } from "@cim-domain/commands/fields/choice"
import { entityId } from "@cim-domain/commands/fields/Identifier"
import { StoredMetadata } from "@cim-domain/commands/fields/Metadata"
import { defaulted, nullable } from "@cim-domain/commands/fields/nullable"
import { timestamp } from "@cim-domain/commands/fields/Timestamp"
import { Schema } from "effect"
import { OrganizationId } from "../Identifiers.ts"
import { MergerType } from "../values/MergerType.ts"
import { InitialStatus, OrganizationStatus } from "../values/OrganizationStatus.ts"
import { StoredOrganizationType } from "../values/OrganizationType.ts"
import { adding } from "./adding.ts"

/** Which of the two histories the event of a merger is in. */
export interface Merged {
  readonly recorded_on: "merged" | "surviving"
  readonly merged_organization_id: string
  readonly surviving_organization_id: string
}

/** What happened to an organization itself. */
export const organizationEvents = {
  OrganizationCreated: Event.make({
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
  }),
  OrganizationUpdated: Event.make({
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
  }, {
    token: "updated",
    causedBy: ["UpdateOrganization"],
    upcast: { 1: adding({}, { organization_type: null, founded_date: null, cleared: [] }) }
  }),
  OrganizationDissolved: Event.make({
    organization_id: entityId(OrganizationId),
    reason: Schema.String,
    effective_date: timestamp,
    occurred_at: timestamp
  }, {
    token: "dissolved",
    causedBy: ["DissolveOrganization"]
  }),
  OrganizationMerged: Event.make({
    surviving_organization_id: entityId(OrganizationId),
    merged_organization_id: entityId(OrganizationId),
    merger_type: MergerType,
    effective_date: timestamp,
    occurred_at: timestamp,
    recorded_on: defaulted(choice(["merged", "surviving"]), "surviving")
  }, {
    token: "merged",
    addressee: (event: Merged) =>
      event.recorded_on === "merged" ? event.merged_organization_id : event.surviving_organization_id,
    causedBy: ["MergeOrganizations"],
    upcast: { 1: adding({ recorded_on: "surviving" }) }
  }),
  OrganizationStatusChanged: Event.make({
    organization_id: entityId(OrganizationId),
    new_status: OrganizationStatus,
    previous_status: OrganizationStatus,
    reason: nullable(Schema.String),
    occurred_at: timestamp
  }, {
    token: "status_changed",
    causedBy: ["ChangeOrganizationStatus", "UpdateOrganization"]
  })
}
