import type { OrganizationStatus } from "./organizationFields.ts"

/** The statuses that a change of status may lead to. */
export const statusTransitions: Readonly<Record<OrganizationStatus, ReadonlyArray<OrganizationStatus>>> = {
  Pending: ["Active"],
  Active: ["Inactive", "Suspended"],
  Inactive: ["Active"],
  Suspended: ["Active"],
  Dissolved: [],
  Merged: []
}

/** The command that leads to a status which a plain change cannot lead to. */
export const commandLeadingTo: { readonly [Status in OrganizationStatus]?: string } = {
  Dissolved: "DissolveOrganization",
  Merged: "MergeOrganizations"
}
