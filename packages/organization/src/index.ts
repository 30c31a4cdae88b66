/** The organization domain: its language and its rules, its wire protocol, and a client; for service, tools and other domains. */
export { type DecideContext } from "./DecideContext.ts"
export { supportedCommands } from "./decide/decide.ts"
export { DepartmentId, FacilityId, OrganizationId, RoleId, TeamId } from "./Identifiers.ts"
export { defaultLimits, type Limits, limitsOf } from "./Limits.ts"
export { makeContext } from "./makeContext.ts"
export { Organization } from "./Organization.ts"
export { OrganizationClient } from "./OrganizationClient.ts"
export {
  type CommandOf,
  type CommandType,
  commandTable,
  commandTypes,
  isCommandType,
  type OrganizationCommand
} from "./OrganizationCommand.ts"
export { errorKinds, type ErrorOf, type ErrorTag, errorTags, OrganizationError } from "./OrganizationError.ts"
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
export type { ChildOrganization } from "./state/ChildOrganization.ts"
export { departmentContents, roleUses, teamContents } from "./state/contents.ts"
export type { Department } from "./state/Department.ts"
export type { Facility } from "./state/Facility.ts"
export { childrenOf, depthMax, depthOf, type Forest, lineage } from "./state/Forest.ts"
export { memoryOf } from "./state/memoryOf.ts"
export type { Merger } from "./state/Merger.ts"
export type { OrganizationRoot } from "./state/OrganizationRoot.ts"
export type { Role } from "./state/Role.ts"
export type { Team } from "./state/Team.ts"
export type { UnitIndex } from "./state/UnitIndex.ts"
export { liveDepartment, liveFacility, liveRole, liveTeam, type UnitKind, type Units } from "./state/Units.ts"
export { isTerminal, OrganizationStatus } from "./values/OrganizationStatus.ts"
export { OrganizationType } from "./values/OrganizationType.ts"
