/** What every service of the family says on the wire and remembers: a domain is one value, and all follows from it. */
export * as Aggregate from "./Aggregate.ts"
export * as Client from "./client/Client.ts"
export { CommandRefused } from "./client/CommandRefused.ts"
export * as Command from "./Command.ts"
export type { DecideContext, Policy } from "./DecideContext.ts"
export { DefinitionError } from "./definition/DefinitionError.ts"
export { UnknownFailure } from "./errors/Failure.ts"
export {
  commandNotSupported,
  historyTruncated,
  internal,
  limitExceeded,
  malformed,
  overloaded,
  type ServiceError,
  storeUnavailable,
  validationFailed
} from "./errors/serviceErrors.ts"
export * as Event from "./Event.ts"
export { choice, choiceOrOther } from "./fields/choice.ts"
export { clearable, noFieldBothSetAndCleared } from "./fields/clearable.ts"
export { Code, codeFrom, codeKey } from "./fields/Code.ts"
export { entityId, EventId, identifier, type Identifier, MessageId, plainId } from "./fields/Identifier.ts"
export { idList } from "./fields/idList.ts"
export { Metadata, metadataWithin, StoredMetadata } from "./fields/Metadata.ts"
export { defaulted, nullable, omittedWhenNull } from "./fields/nullable.ts"
export { Quantity, quantity } from "./fields/Quantity.ts"
export { Actor, Description, Label, Name, Reason, text } from "./fields/text.ts"
export { textList } from "./fields/textList.ts"
export {
  dateOrTime,
  dateOrTimeText,
  parseDateOrTime,
  parseTimestamp,
  Timestamp,
  timestamp,
  timestampFromMillis,
  timestampToMillis
} from "./fields/Timestamp.ts"
export { type Evolved, Partly, Unfit } from "./history/Evolved.ts"
export type { Kept } from "./history/Kept.ts"
export type { OpaqueEvent } from "./history/OpaqueEvent.ts"
export type { CommandReply, FailureReply, SuccessReply } from "./protocol/CommandReply.ts"
export type { CommandMessage, CommandRequest, FailedRequest } from "./protocol/CommandRequest.ts"
export type { KnownAboutRequest } from "./protocol/KnownAboutRequest.ts"
export { CorrelationId, MessageIdentity, rootIdentity } from "./protocol/MessageIdentity.ts"
export { snapshotStreamOf, type Subjects } from "./protocol/Subjects.ts"
export { ValidationIssue } from "./protocol/ValidationIssue.ts"
export * as Rejection from "./Rejection.ts"
export { inMemoryTransport } from "./replica/inMemoryTransport.ts"
export { makeReplica, type Replica, replicaDefaults, type ReplicaOptions } from "./replica/Replica.ts"
export * as State from "./State.ts"
