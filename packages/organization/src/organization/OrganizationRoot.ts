import { StoredMetadata } from "@cim-domain/commands/fields/Metadata"
import { Timestamp } from "@cim-domain/commands/fields/Timestamp"
import { Schema } from "effect"
import { OrganizationId } from "../Identifiers.ts"
import { OrganizationStatus, StoredOrganizationType } from "./organizationFields.ts"

/** The organization itself, without what belongs to it. */
export const OrganizationRoot = Schema.Struct({
  name: Schema.String,
  display_name: Schema.String,
  description: Schema.NullOr(Schema.String),
  organization_type: StoredOrganizationType,
  status: OrganizationStatus,
  /** The parent named at creation; whether it is one is recorded with the parent. */
  declared_parent_id: Schema.NullOr(OrganizationId),
  founded_date: Schema.NullOr(Timestamp),
  metadata: StoredMetadata,
  created_at: Timestamp,
  /** The reason given for the current status. */
  status_reason: Schema.NullOr(Schema.String),
  /** When the dissolution takes effect, once there is one. */
  dissolved_on: Schema.NullOr(Timestamp)
})
export type OrganizationRoot = typeof OrganizationRoot.Type
