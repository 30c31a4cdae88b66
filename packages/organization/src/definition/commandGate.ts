import type { OrganizationStatus } from "../organization/organizationFields.ts"

/** A status out of which something leads. */
export type LiveStatus = Exclude<OrganizationStatus, "Dissolved" | "Merged">

/** When a command is allowed: in these statuses of its organization, terminal ones allow none; or before there is one. */
export type CommandGate = ReadonlyArray<LiveStatus> | typeof beforeCreation

/** For the command that creates the organization. */
export const beforeCreation = "before creation"

export const always: ReadonlyArray<LiveStatus> = ["Pending", "Active", "Inactive", "Suspended"]
export const unlessSuspended: ReadonlyArray<LiveStatus> = ["Pending", "Active", "Inactive"]
export const whileGrowing: ReadonlyArray<LiveStatus> = ["Pending", "Active"]
export const whileActive: ReadonlyArray<LiveStatus> = ["Active"]
