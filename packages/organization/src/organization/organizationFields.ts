import { choice, choiceOrOther } from "@cim-domain/commands/fields/choice"
import { Label } from "@cim-domain/commands/fields/text"
import { Schema } from "effect"

/** Where an organization is in its life. `Dissolved` and `Merged` are terminal. */
export const OrganizationStatus = choice(["Pending", "Active", "Inactive", "Suspended", "Dissolved", "Merged"])
export type OrganizationStatus = typeof OrganizationStatus.Type

/** The statuses an organization may begin with. */
export const InitialStatus = choice(["Active", "Pending"])
export type InitialStatus = typeof InitialStatus.Type

/** Whether nothing can happen to the organization any more. */
export const isTerminal = (status: OrganizationStatus): status is "Dissolved" | "Merged" =>
  status === "Dissolved" || status === "Merged"

const types = [
  "Corporation",
  "NonProfit",
  "Government",
  "Partnership",
  "SoleProprietorship",
  "Cooperative",
  "LLC"
] as const

/** The legal form of an organization: one of the names, or `{"Other": "<label>"}`. */
export const OrganizationType = choiceOrOther(types, Label)
export type OrganizationType = typeof OrganizationType.Type

/** As {@link OrganizationType} in stored events, where the label may be any string. */
export const StoredOrganizationType = choiceOrOther(types, Schema.String)

/** The fields that an update may empty. */
export const clearableOfOrganization = ["description", "founded_date"] as const
