export { type Aggregate, type AggregateOptions, type Loaded, makeAggregate, type StateCodec } from "./Aggregate.ts"
export { type Append, appendBy, type Submit } from "./Append.ts"
export {
  type Answer,
  attemptTimeoutDefault,
  type CommandClient,
  type CommandClientOptions,
  deadlineDefault,
  makeCommandClient,
  retrySchedule,
  type SendOptions,
  type Settled
} from "./CommandClient.ts"
export {
  type CommandHandler,
  type CommandHandlerOptions,
  type CommandToHandle,
  makeCommandHandler,
  type Outcome,
  type Settlement
} from "./CommandHandler.ts"
export { ConcurrencyExhausted } from "./ConcurrencyExhausted.ts"
export { type CommandToSend, CommandTransport } from "./CommandTransport.ts"
export { CommandUnsettled, NotNow, UnreadableAnswer, UnsettledReason } from "./CommandUnsettled.ts"
export { accepted, type Decider, type Decision, duplicate, noChange, rejected } from "./Decider.ts"
export {
  type Cause,
  type Cursor,
  type EventCodec,
  type EventReference,
  type EventToAppend,
  type NamedCursor,
  type RecordedEvent,
  start
} from "./Event.ts"
export { EventStore, type History, type Retention } from "./EventStore.ts"
export { type LoadRoom, makeLoadRoom } from "./LoadRoom.ts"
export { loadState } from "./loadState.ts"
export { isNewer, type Snapshot, SnapshotStore } from "./SnapshotStore.ts"
export { makeSnapshotSweeper, type SnapshotSweeper, type SweepRound } from "./SnapshotSweeper.ts"
export {
  AppendUnconfirmed,
  CopyBeingStored,
  EventIdTaken,
  EventTooLarge,
  HistoryTruncated,
  PermissionRefused,
  StateTooLarge,
  StoreError,
  StoreErrorReason,
  StoreFull,
  StoreMissing,
  StoreUnavailable,
  StoreUnusable,
  UnexpectedAnswer,
  VersionConflict
} from "./StoreError.ts"
export { makeTroubleLog, reasonOf, type Trouble, type TroubleLog } from "./TroubleLog.ts"
export { currentTrace, noTrace, readTraceContext, type TraceContext, traceHeaders, TraceState } from "./TraceContext.ts"
export {
  CommandTooLarge,
  CommandUnsendable,
  NobodyListens,
  NotConnected,
  NotPermitted,
  TransportError,
  TransportErrorReason,
  TransportFailed,
  Unanswered
} from "./TransportError.ts"
