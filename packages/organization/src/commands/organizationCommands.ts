import * as Command from "@cim-domain/commands/Command"
import { clearable, noFieldBothSetAndCleared } from "@cim-domain/commands/fields/clearable"
import { entityId, plainId } from "@cim-domain/commands/fields/Identifier"
import { Metadata } from "@cim-domain/commands/fields/Metadata"
import { defaulted, nullable } from "@cim-domain/commands/fields/nullable"
import { Description, Name, Reason } from "@cim-domain/commands/fields/Text"
import { timestamp } from "@cim-domain/commands/fields/Timestamp"
import { OrganizationId } from "../Identifiers.ts"
import { MergerType } from "../values/MergerType.ts"
import { InitialStatus, OrganizationStatus } from "../values/OrganizationStatus.ts"
import { OrganizationType } from "../values/OrganizationType.ts"

/** The commands about an organization itself. */
export const organizationCommands = {
  CreateOrganization: Command.make({
    name: Name,
    display_name: Name,
    description: nullable(Description),
    organization_type: OrganizationType,
    parent_id: nullable(entityId(OrganizationId)),
    founded_date: nullable(timestamp),
    metadata: defaulted(Metadata, {}),
    organization_id: entityId(OrganizationId),
    initial_status: defaulted(InitialStatus, "Active")
  }, { creates: "organization_id", defaults: ({ display_name, name }) => ({ display_name: display_name ?? name }) }),
  UpdateOrganization: Command.make({
    organization_id: entityId(OrganizationId),
    name: nullable(Name),
    display_name: nullable(Name),
    description: nullable(Description),
    status: nullable(OrganizationStatus),
    metadata: nullable(Metadata),
    organization_type: nullable(OrganizationType),
    founded_date: nullable(timestamp),
    clear: clearable(["description", "founded_date"])
  }, { checks: [noFieldBothSetAndCleared] }),
  DissolveOrganization: Command.make({
    organization_id: entityId(OrganizationId),
    reason: Reason,
    effective_date: timestamp
  }),
  MergeOrganizations: Command.make({
    surviving_organization_id: entityId(OrganizationId),
    merged_organization_id: entityId(OrganizationId),
    merger_type: MergerType,
    effective_date: timestamp
  }, { addressee: "surviving_organization_id" }),
  ChangeOrganizationStatus: Command.make({
    organization_id: plainId(OrganizationId),
    new_status: OrganizationStatus,
    reason: nullable(Reason)
  })
}
