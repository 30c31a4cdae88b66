import { entityId } from "@cim-domain/commands/fields/Identifier"
import { dateOrTime } from "@cim-domain/commands/fields/Timestamp"
import { whileActive } from "../definition/CommandGate.ts"
import { noRuleYet, organizationCommand } from "../definition/organizationCommand.ts"
import { OrganizationId } from "../Identifiers.ts"
import { MergerType } from "./MergerType.ts"

/** Merges another organization into this one. It is a decision over two organizations, which comes later. */
export const mergeOrganizations = organizationCommand({
  surviving_organization_id: entityId(OrganizationId),
  merged_organization_id: entityId(OrganizationId),
  merger_type: MergerType,
  effective_date: dateOrTime
}, {
  about: "Merges one organization into another, which survives.",
  addressee: "surviving_organization_id",
  gate: whileActive,
  leadsTo: ["OrganizationMerged"]
}, noRuleYet)
