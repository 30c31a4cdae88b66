export {
  type Aggregate,
  type AggregateOptions,
  type Loaded,
  makeAggregate,
  type StateCodec
} from "./aggregate/Aggregate.ts"
export {
  type Append,
  appendBy,
  type AppendedPositions,
  type AppendPart,
  type AppendParts,
  type Submit
} from "./store/Append.ts"
export { type Ask, type HotPort, hotPort, submitOf } from "./store/HotPort.ts"
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
} from "./client/CommandClient.ts"
export {
  type CommandHandler,
  type CommandHandlerOptions,
  type CommandToHandle,
  makeCommandHandler,
  type Outcome,
  type Settlement
} from "./handler/CommandHandler.ts"
export { ConcurrencyExhausted } from "./handler/ConcurrencyExhausted.ts"
export { type CommandToSend, CommandTransport } from "./client/CommandTransport.ts"
export { CommandUnsettled, NotNow, UnreadableAnswer, UnsettledReason } from "./client/CommandUnsettled.ts"
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
} from "./store/Event.ts"
export { EventStore, type History, type Retention } from "./store/EventStore.ts"
export { type LoadRoom, makeLoadRoom } from "./aggregate/LoadRoom.ts"
export { loadState } from "./aggregate/loadState.ts"
export { isNewer, type Snapshot, SnapshotStore } from "./store/SnapshotStore.ts"
export { makeSnapshotSweeper, type SnapshotSweeper, type SweepRound } from "./sweeper/SnapshotSweeper.ts"
export {
  AppendUnconfirmed,
  AtomicAppendRefused,
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
} from "./store/StoreError.ts"
export { makeTroubleLog, reasonOf, type Trouble, type TroubleLog } from "./telemetry/TroubleLog.ts"
export {
  currentTrace,
  noTrace,
  readTraceContext,
  type TraceContext,
  traceHeaders,
  TraceState
} from "./telemetry/TraceContext.ts"
export {
  CommandTooLarge,
  CommandUnsendable,
  NobodyListens,
  NotConnected,
  TransportError,
  TransportErrorReason,
  TransportFailed,
  Unanswered
} from "./client/TransportError.ts"
