import { entityId, OrganizationId, plainId } from "../Identifiers.ts"
import { timestamp } from "../Timestamp.ts"
import { MergerType } from "../values/MergerType.ts"
import { Metadata } from "../values/Metadata.ts"
import { InitialStatus, OrganizationStatus } from "../values/OrganizationStatus.ts"
import { OrganizationType } from "../values/OrganizationType.ts"
import { Description, Name, Reason } from "../values/Text.ts"
import { defaulted, nullable } from "../wire/nullable.ts"
import { clearable, noFieldBothSetAndCleared } from "./clearable.ts"
import { command } from "./command.ts"

/** The commands about an organization itself. */
export const organizationCommands = {
  CreateOrganization: command("CreateOrganization", {
    name: Name,
    display_name: Name,
    description: nullable(Description),
    organization_type: OrganizationType,
    parent_id: nullable(entityId(OrganizationId)),
    founded_date: nullable(timestamp),
    metadata: defaulted(Metadata, {}),
    organization_id: entityId(OrganizationId),
    initial_status: defaulted(InitialStatus, "Active")
  }),
  UpdateOrganization: command("UpdateOrganization", {
    organization_id: entityId(OrganizationId),
    name: nullable(Name),
    display_name: nullable(Name),
    description: nullable(Description),
    status: nullable(OrganizationStatus),
    metadata: nullable(Metadata),
    organization_type: nullable(OrganizationType),
    founded_date: nullable(timestamp),
    clear: clearable(["description", "founded_date"])
  }).check(noFieldBothSetAndCleared),
  DissolveOrganization: command("DissolveOrganization", {
    organization_id: entityId(OrganizationId),
    reason: Reason,
    effective_date: timestamp
  }),
  MergeOrganizations: command("MergeOrganizations", {
    surviving_organization_id: entityId(OrganizationId),
    merged_organization_id: entityId(OrganizationId),
    merger_type: MergerType,
    effective_date: timestamp
  }),
  ChangeOrganizationStatus: command("ChangeOrganizationStatus", {
    organization_id: plainId(OrganizationId),
    new_status: OrganizationStatus,
    reason: nullable(Reason)
  })
}
