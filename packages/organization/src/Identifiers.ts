import { identifier } from "@cim-domain/commands/fields/Identifier"

/** Names one organization, and with it one stream of events. */
export const OrganizationId = identifier("OrganizationId")
export type OrganizationId = typeof OrganizationId.Type

/** Names a department within an organization. */
export const DepartmentId = identifier("DepartmentId")
export type DepartmentId = typeof DepartmentId.Type

/** Names a team within an organization. */
export const TeamId = identifier("TeamId")
export type TeamId = typeof TeamId.Type

/** Names a role, that is a position whether or not somebody holds it. */
export const RoleId = identifier("RoleId")
export type RoleId = typeof RoleId.Type

/** Names an organizational place. */
export const FacilityId = identifier("FacilityId")
export type FacilityId = typeof FacilityId.Type
