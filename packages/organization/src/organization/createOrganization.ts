import { entityId } from "@cim-domain/commands/fields/Identifier"
import { Metadata } from "@cim-domain/commands/fields/Metadata"
import { defaulted, nullable } from "@cim-domain/commands/fields/nullable"
import { Description, Name } from "@cim-domain/commands/fields/text"
import { dateOrTime } from "@cim-domain/commands/fields/Timestamp"
import { accepted, rejected } from "@cim-domain/event-sourcing/Decider"
import { beforeCreation } from "../definition/CommandGate.ts"
import { organizationCommand } from "../definition/organizationCommand.ts"
import { OrganizationId } from "../Identifiers.ts"
import { errorKinds } from "../OrganizationError.ts"
import { InitialStatus, OrganizationType } from "./organizationFields.ts"

/** Creates an organization that does not exist; the parent it names is a claim that the parent has to confirm. */
export const createOrganization = organizationCommand({
  name: Name,
  display_name: Name,
  description: nullable(Description),
  organization_type: OrganizationType,
  parent_id: nullable(entityId(OrganizationId)),
  founded_date: nullable(dateOrTime),
  metadata: defaulted(Metadata, {}),
  organization_id: entityId(OrganizationId),
  initial_status: defaulted(InitialStatus, "Active")
}, {
  about: "Founds an organization. Its id may be chosen; otherwise it follows from the command id.",
  creates: "organization_id",
  defaults: ({ display_name, name }) => ({ display_name: display_name ?? name }),
  gate: beforeCreation,
  leadsTo: ["OrganizationCreated"]
}, (state, command) => {
  const { description, display_name, founded_date, initial_status, metadata, name, organization_type, parent_id } =
    command
  if (parent_id === state.id) {
    return rejected(errorKinds.CircularReference.make({ kind: "Organization", path: [state.id, parent_id] }))
  }
  return accepted({
    event_type: "OrganizationCreated",
    organization_id: state.id,
    name,
    display_name,
    organization_type,
    parent_id,
    metadata,
    description,
    founded_date,
    initial_status
  })
})
