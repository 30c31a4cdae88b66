import {
  type ConcurrencyExhausted,
  makeTroubleLog,
  type StoreError,
  type StoreMissing,
  type Trouble
} from "@cim-domain/event-sourcing"
import { type Context, Deferred, Effect, type Scope } from "effect"
import type { Catalog } from "../definition/Catalog.ts"
import type { CommandRequest } from "../protocol/CommandRequest.ts"

/** What is said of commands that could not be settled; requesters are told less. */
export interface UnsettledLog {
  /** A command was not settled. */
  readonly found: (
    request: CommandRequest,
    error: StoreError | ConcurrencyExhausted,
    services: Context.Context<never>
  ) => void
  /** A command was settled. */
  readonly works: () => void
  /** Fails when a command was not settled because the event stream is gone. */
  readonly streamGone: Effect.Effect<never, StoreMissing>
}

/** Says each reason once, and when it is over. */
export const makeUnsettledLog = Effect.fnUntraced(function*(
  catalog: Catalog
): Effect.fn.Return<UnsettledLog, never, Scope.Scope> {
  const streamGone = yield* Deferred.make<never, StoreMissing>()
  const troubles = yield* makeTroubleLog
  return {
    found: (request, error, services) => {
      const reason = error._tag === "StoreError" ? error.reason : error
      const said = saidByTheStore.has(reason._tag) ? Effect.void : troubles.found(unsettled(catalog, error, request))
      Effect.runForkWith(services)(
        reason._tag === "StoreMissing" ? Effect.andThen(said, Deferred.fail(streamGone, reason)) : said
      )
    },
    works: () => troubles.works(),
    streamGone: Deferred.await(streamGone)
  }
})

/** Reasons that last, which the store says once when they begin and once when they are over. */
const saidByTheStore: ReadonlySet<string> = new Set([
  "StoreFull",
  "StoreUnusable",
  "PermissionRefused",
  "AtomicAppendRefused"
])

/** How long nobody must have asked for an aggregate that is lost before it is said again; in milliseconds. */
const lostQuietMillis = 600_000

/** Said once for each reason, with one command as an example; of a history that is lost once for each aggregate. */
const unsettled = (
  { idField }: Catalog,
  error: StoreError | ConcurrencyExhausted,
  { aggregateId, commandId }: CommandRequest
): Trouble => {
  const reason = error._tag === "StoreError" ? error.reason._tag : error._tag
  const isLost = reason === "HistoryTruncated"
  return {
    key: isLost ? `${reason} ${aggregateId}` : reason,
    level: needsOperator.has(reason) ? "Error" : "Warn",
    message: "command not settled",
    annotations: {
      reason: error.message,
      command_id: commandId,
      [idField]: aggregateId,
      ...error._tag === "StoreError" && error.mayBeStored === true && { may_be_stored: true }
    },
    over: (count) =>
      isLost
        ? `no command to ${aggregateId} for a while: ${count} were not settled (${reason})`
        : `commands are settled again: ${count} were not (${reason})`,
    lasts: !isLost,
    ...isLost && { quietMillis: lostQuietMillis }
  }
}

/** Reasons that do not pass by themselves. */
const needsOperator: ReadonlySet<string> = new Set<StoreError["reason"]["_tag"]>([
  "PermissionRefused",
  "StoreFull",
  "StoreMissing",
  "HistoryTruncated",
  "UnexpectedAnswer"
])
