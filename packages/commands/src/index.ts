/** All that a domain is, as one value, and what follows from it: what its author needs, and whoever sends its commands. */
export * as Aggregate from "./Aggregate.ts"
export * as Client from "./client/Client.ts"
export { CommandRefused } from "./client/CommandRefused.ts"
export * as Command from "./Command.ts"
export { type DecideContext, type Policy } from "./DecideContext.ts"
export { DefinitionError } from "./definition/DefinitionError.ts"
export { limitExceeded, type ServiceError } from "./errors/serviceErrors.ts"
export * as Event from "./Event.ts"
export { choice, choiceOrOther } from "./fields/choice.ts"
export { clearable, noFieldBothSetAndCleared } from "./fields/clearable.ts"
export { entityId, identifier, type Identifier, plainId } from "./fields/Identifier.ts"
export { Metadata, StoredMetadata } from "./fields/Metadata.ts"
export { defaulted, nullable, omittedWhenNull } from "./fields/nullable.ts"
export { Quantity, quantity } from "./fields/Quantity.ts"
export { Code, Description, Label, Name, Reason, text } from "./fields/Text.ts"
export { textList } from "./fields/TextList.ts"
export {
  parseTimestamp,
  type Timestamp,
  timestamp,
  timestampFromMillis,
  timestampToMillis
} from "./fields/Timestamp.ts"
export { type Evolved, Partly, Unfit } from "./history/Evolved.ts"
export type { Kept } from "./history/Kept.ts"
export type { CommandReply, FailureReply, SuccessReply } from "./protocol/CommandReply.ts"
export * as Rejection from "./Rejection.ts"
export { inMemoryTransport } from "./replica/inMemoryTransport.ts"
export { makeReplica, replicaDefaults, type ReplicaOptions } from "./replica/Replica.ts"
export * as State from "./State.ts"
