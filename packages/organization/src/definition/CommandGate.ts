import type { OrganizationStatus } from "../organization/organizationFields.ts"

/** A status out of which something leads. */
export type LiveStatus = Exclude<OrganizationStatus, "Dissolved" | "Merged">

/** When a command is allowed: in these statuses of its organization, terminal ones allow none; or before there is one. */
export type CommandGate = ReadonlyArray<LiveStatus> | typeof beforeCreation

/** For the command that creates the organization. */
export const beforeCreation = "before creation"

/** In every status that is not the last one. */
export const always: ReadonlyArray<LiveStatus> = ["Pending", "Active", "Inactive", "Suspended"]
/** While nothing is held up. */
export const unlessSuspended: ReadonlyArray<LiveStatus> = ["Pending", "Active", "Inactive"]
/** For what adds something: while the organization is on its way or at work. */
export const whileGrowing: ReadonlyArray<LiveStatus> = ["Pending", "Active"]
/** While the organization is at work. */
export const whileActive: ReadonlyArray<LiveStatus> = ["Active"]
