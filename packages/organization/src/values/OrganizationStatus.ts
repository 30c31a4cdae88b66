import { choice } from "@cim-domain/commands/fields/choice"

/** Where an organization can be in its life. */
export const organizationStatuses = ["Pending", "Active", "Inactive", "Suspended", "Dissolved", "Merged"] as const

/** Where an organization is in its life. `Dissolved` and `Merged` are terminal. */
export const OrganizationStatus = choice(organizationStatuses)
export type OrganizationStatus = typeof OrganizationStatus.Type

/** The statuses an organization may begin with. */
export const InitialStatus = choice(["Active", "Pending"])
export type InitialStatus = typeof InitialStatus.Type

/** Whether nothing can happen to the organization any more. */
export const isTerminal = (status: OrganizationStatus): status is "Dissolved" | "Merged" =>
  status === "Dissolved" || status === "Merged"
