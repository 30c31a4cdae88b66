/** The organization domain: its language, its rules and its wire protocol, and a client; for service, tools and other domains. */
export {
  type CommandMessage,
  type CommandRequest,
  type CommandRequestOptions,
  decodeCommandMessage,
  type FailedRequest,
  identifyCommandMessage,
  type KnownAboutRequest
} from "./CommandRequest.ts"
export { CommandRefused } from "./CommandRefused.ts"
export {
  CommandReply,
  decodeReply,
  encodeReply,
  FailureReply,
  failureReply,
  makeRefusal,
  Outcome,
  SuccessReply,
  successReply
} from "./CommandReply.ts"
export { type CommandSubject, disagreement, parseCommandSubject } from "./CommandSubject.ts"
export { type DecideContext, defaultLimits, type Limits, makeContext, type Policy } from "./DecideContext.ts"
export { supportedCommands } from "./decide/decide.ts"
export { deriveId } from "./deriveId.ts"
export { Failure, UnknownFailure } from "./errors/Failure.ts"
export type { OpaqueEvent } from "./events/OpaqueEvent.ts"
export { upcast } from "./events/upcast.ts"
export { DepartmentId, EventId, FacilityId, MessageId, OrganizationId, RoleId, TeamId } from "./Identifiers.ts"
export { type CommandFields, makeCommand } from "./makeCommand.ts"
export { CorrelationId, MessageIdentity, rootIdentity } from "./MessageIdentity.ts"
export { organization } from "./Organization.ts"
export {
  addresseeOf,
  type CommandOf,
  commandSchemas,
  type CommandType,
  commandTypes,
  encodeCommand,
  isCommandType,
  type OrganizationCommand
} from "./OrganizationCommand.ts"
export {
  concurrencyExhausted,
  errorKinds,
  type ErrorOf,
  type ErrorTag,
  errorTags,
  historyTruncated,
  internal,
  limitExceeded,
  OrganizationError,
  overloaded,
  statusOf,
  storeUnavailable
} from "./OrganizationError.ts"
export {
  commandIdOf,
  type EventOf,
  eventSchemas,
  type EventType,
  eventTypes,
  isEventType,
  type KnownEvent,
  type OrganizationEvent
} from "./OrganizationEvent.ts"
export { encodeEvent, organizationEventCodec } from "./OrganizationEventCodec.ts"
export { initialState, type OrganizationState } from "./OrganizationState.ts"
export type { ChildOrganization } from "./state/ChildOrganization.ts"
export { departmentContents, roleUses, teamContents } from "./state/contents.ts"
export type { Department } from "./state/Department.ts"
export type { Facility } from "./state/Facility.ts"
export { childrenOf, depthMax, depthOf, type Forest, lineage } from "./state/Forest.ts"
export type { Merger } from "./state/Merger.ts"
export type { OrganizationRoot } from "./state/OrganizationRoot.ts"
export { memoryOf } from "./state/memoryOf.ts"
export type { Role } from "./state/Role.ts"
export type { Team } from "./state/Team.ts"
export { liveDepartment, liveFacility, liveRole, liveTeam, type UnitKind, type Units } from "./state/Units.ts"
export { organizationStateCodec } from "./OrganizationStateCodec.ts"
export {
  commandPrefix,
  commandQueueGroup,
  commandSubject,
  commandSubscription,
  commandTokens,
  commandTypeOfToken,
  eventPrefix,
  eventSubject,
  eventTokens,
  eventTypeOfToken,
  parseEventSubject,
  snapshotPrefix,
  snapshotStreamOf
} from "./Subjects.ts"
export { parseTimestamp, Timestamp, timestampFromMillis, timestampToMillis } from "./Timestamp.ts"
export { OrganizationClient, type SendCommandOptions, type SubmitCommandOptions } from "./OrganizationClient.ts"
export { readAnswer } from "./readAnswer.ts"
export { canonicalUuid } from "./Uuid.ts"
export { isTerminal, OrganizationStatus } from "./values/OrganizationStatus.ts"
export { OrganizationType } from "./values/OrganizationType.ts"
export { ValidationIssue } from "./wire/ValidationIssue.ts"
export { commandBytesMax } from "./wire/readBody.ts"
