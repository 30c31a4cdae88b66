import { entityId } from "@cim-domain/commands/fields/Identifier"
import { nullable } from "@cim-domain/commands/fields/nullable"
import { timestamp } from "@cim-domain/commands/fields/Timestamp"
import { Unfit } from "@cim-domain/commands/history/Evolved"
import { Schema } from "effect"
import { organizationEvent } from "../definition/organizationEvent.ts"
import { OrganizationId } from "../Identifiers.ts"
import { isTerminal, OrganizationStatus } from "./organizationFields.ts"
import { withRoot } from "./withRoot.ts"

/** An organization moved along its life. Nothing leads out of a terminal status. */
export const OrganizationStatusChanged = organizationEvent({
  organization_id: entityId(OrganizationId),
  new_status: OrganizationStatus,
  previous_status: OrganizationStatus,
  reason: nullable(Schema.String),
  occurred_at: timestamp
}, {
  token: "status_changed",
  causedBy: ["ChangeOrganizationStatus", "UpdateOrganization"]
}, (state, { new_status, reason }) => {
  const { organization: root } = state
  if (root === null) return new Unfit("the organization does not exist")
  return isTerminal(root.status)
    ? new Unfit(`the organization is ${root.status}`)
    : withRoot(state, { ...root, status: new_status, status_reason: reason })
})
