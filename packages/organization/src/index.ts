/** The organization domain: its language and its rules, its wire protocol, and a client; for service, tools and other domains. */
export { type DecideContext } from "./DecideContext.ts"
export { departmentContents } from "./department/departmentContents.ts"
export type { Department } from "./department/Department.ts"
export type { Facility } from "./facility/Facility.ts"
export type { ChildOrganization } from "./hierarchy/ChildOrganization.ts"
export type { Merger } from "./hierarchy/Merger.ts"
export { DepartmentId, FacilityId, OrganizationId, RoleId, TeamId } from "./Identifiers.ts"
export { defaultLimits, type Limits, limitsOf } from "./limits/Limits.ts"
export { memoryOf } from "./limits/memoryOf.ts"
export { makeContext } from "./makeContext.ts"
export { isTerminal, OrganizationStatus, OrganizationType } from "./organization/organizationFields.ts"
export type { OrganizationRoot } from "./organization/OrganizationRoot.ts"
export { Organization } from "./Organization.ts"
export { OrganizationClient } from "./OrganizationClient.ts"
export {
  type CommandOf,
  type CommandType,
  commandTable,
  commandTypes,
  isCommandType,
  type OrganizationCommand,
  supportedCommands
} from "./OrganizationCommand.ts"
export {
  errorKinds,
  type ErrorOf,
  type ErrorTag,
  errorTags,
  laterErrorTags,
  OrganizationError
} from "./OrganizationError.ts"
export {
  type EventOf,
  type EventType,
  eventTypes,
  isEventType,
  type KnownEvent,
  type OrganizationEvent
} from "./OrganizationEvent.ts"
export type { OrganizationState } from "./OrganizationState.ts"
export * from "./protocol.ts"
export { roleUses } from "./role/roleUses.ts"
export type { Role } from "./role/Role.ts"
export { teamContents } from "./team/teamContents.ts"
export type { Team } from "./team/Team.ts"
export { childrenOf, depthMax, depthOf, type Forest, lineage } from "./units/Forest.ts"
export type { UnitIndex } from "./units/UnitIndex.ts"
export { isRetired, type UnitKind } from "./units/unitKinds.ts"
export { liveDepartment, liveFacility, liveRole, liveTeam, type Units } from "./units/Units.ts"
