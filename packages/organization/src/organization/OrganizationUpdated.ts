import { entityId } from "@cim-domain/commands/fields/Identifier"
import { StoredMetadata } from "@cim-domain/commands/fields/Metadata"
import { defaulted, nullable } from "@cim-domain/commands/fields/nullable"
import { timestamp } from "@cim-domain/commands/fields/Timestamp"
import { Unfit } from "@cim-domain/commands/history/Evolved"
import { Schema } from "effect"
import { adding } from "../definition/adding.ts"
import { organizationEvent } from "../definition/organizationEvent.ts"
import { OrganizationId } from "../Identifiers.ts"
import { withChanges } from "../updates/withChanges.ts"
import {
  clearableOfOrganization,
  isTerminal,
  OrganizationStatus,
  StoredOrganizationType
} from "./organizationFields.ts"
import { withRoot } from "./withRoot.ts"

/**
 * What is known about an organization changed. Events of older writers may carry a status, which counts like any other change of
 * status: nothing leads out of a terminal one.
 */
export const OrganizationUpdated = organizationEvent({
  organization_id: entityId(OrganizationId),
  changes: Schema.Struct({
    name: nullable(Schema.String),
    display_name: nullable(Schema.String),
    description: nullable(Schema.String),
    status: nullable(OrganizationStatus),
    metadata: nullable(StoredMetadata),
    organization_type: nullable(StoredOrganizationType),
    founded_date: nullable(timestamp),
    cleared: defaulted(Schema.Array(Schema.Literals(clearableOfOrganization)), [])
  }),
  occurred_at: timestamp
}, {
  token: "updated",
  causedBy: ["UpdateOrganization"],
  upcast: { 1: adding({}, { organization_type: null, founded_date: null, cleared: [] }) }
}, (state, { changes }) => {
  const { organization: root } = state
  if (root === null) return new Unfit("the organization does not exist")
  const { status } = changes
  if (status !== null && status !== root.status && isTerminal(root.status)) {
    return new Unfit(`the organization is ${root.status}`)
  }
  const organization = withChanges(root, changes)
  return withRoot(
    state,
    status === null || status === root.status ? organization : { ...organization, status_reason: null }
  )
})
