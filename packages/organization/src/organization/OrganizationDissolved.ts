import { entityId } from "@cim-domain/commands/fields/Identifier"
import { timestamp } from "@cim-domain/commands/fields/Timestamp"
import { Unfit } from "@cim-domain/commands/history/Evolved"
import { Schema } from "effect"
import { organizationEvent } from "../definition/organizationEvent.ts"
import { OrganizationId } from "../Identifiers.ts"
import { isTerminal } from "./organizationFields.ts"
import { withRoot } from "./withRoot.ts"

/** An organization has ended. */
export const OrganizationDissolved = organizationEvent({
  organization_id: entityId(OrganizationId),
  reason: Schema.String,
  effective_date: timestamp,
  occurred_at: timestamp
}, {
  token: "dissolved",
  causedBy: ["DissolveOrganization"]
}, (state, { effective_date, reason }) => {
  const { organization: root } = state
  if (root === null) return new Unfit("the organization does not exist")
  return isTerminal(root.status)
    ? new Unfit(`the organization is ${root.status}`)
    : withRoot(state, { ...root, status: "Dissolved", status_reason: reason, dissolved_on: effective_date })
})
