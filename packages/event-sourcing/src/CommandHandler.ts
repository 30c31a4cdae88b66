import { Duration, Effect, Metric, Schedule, Schema, type Scope } from "effect"
import { type Aggregate, type AggregateOptions, type Loaded, makeAggregate } from "./Aggregate.ts"
import type { Decider, Decision } from "./Decider.ts"
import { type Cursor, type EventReference, referenceTo } from "./Event.ts"
import type { EventStore } from "./EventStore.ts"
import { makeTurns } from "./internal/Turns.ts"
import type { SnapshotStore } from "./SnapshotStore.ts"
import { EventIdTaken, StoreError, type StoreErrorReason, StoreUnavailable } from "./StoreError.ts"

/** A command was decided this many times, and every time somebody else appended first. Nothing was stored. */
export class ConcurrencyExhausted extends Schema.TaggedError<ConcurrencyExhausted>()("ConcurrencyExhausted", {
  attempts: Schema.Int
}) {
  override get message() {
    return `gave up after ${this.attempts} conflicting decisions`
  }
}

/**
 * How a command ended. `version` is that of the aggregate the answer was decided on, after its own events. The events of
 * `WouldApply` are not stored and have position 0.
 */
export type Outcome<Rejection> =
  | { readonly _tag: "Applied"; readonly version: number; readonly events: ReadonlyArray<EventReference> }
  | { readonly _tag: "Duplicate"; readonly version: number; readonly events: ReadonlyArray<EventReference> }
  | { readonly _tag: "NoChange"; readonly version: number }
  | { readonly _tag: "Rejected"; readonly version: number; readonly rejection: Rejection }
  | { readonly _tag: "WouldApply"; readonly version: number; readonly events: ReadonlyArray<EventReference> }

/** What {@link makeCommandHandler} needs to know. */
export interface CommandHandlerOptions<State, Command, Event, Rejection, Context>
  extends AggregateOptions<State, Event>
{
  readonly decider: Decider<State, Command, Event, Rejection, Context>
  /** Decisions for one command before giving up, at least 1. */
  readonly maxDecisions: number
  /** How long one command may take, waiting for the store included. */
  readonly timeout: Duration.Input
}

/** A command for one aggregate. With `dryRun` it is decided, and nothing is stored. */
export interface CommandToHandle<Command, Context> {
  readonly aggregateId: string
  readonly command: Command
  readonly context: Context
  readonly dryRun: boolean
}

/** Takes commands; see {@link makeCommandHandler}. */
export interface CommandHandler<Command, Rejection, Context> {
  readonly handle: (
    request: CommandToHandle<Command, Context>
  ) => Effect.Effect<Outcome<Rejection>, StoreError | ConcurrencyExhausted>
}

const decisions = Metric.counter("decisions_total", {
  description: "Decisions by cause: first, conflict, unconfirmed append, stale state",
  incremental: true
})

/** Why a command is decided. */
type DecisionCause = "first" | "stale" | "conflict" | "unconfirmed"

const decided: Readonly<Record<DecisionCause, Effect.Effect<void>>> = {
  first: Metric.update(Metric.withAttributes(decisions, { cause: "first" }), 1),
  stale: Metric.update(Metric.withAttributes(decisions, { cause: "stale" }), 1),
  conflict: Metric.update(Metric.withAttributes(decisions, { cause: "conflict" }), 1),
  unconfirmed: Metric.update(Metric.withAttributes(decisions, { cause: "unconfirmed" }), 1)
}

/** How often the tail is read for events whose ids the store says it knows, before they are taken for somebody else's. */
const looksForSeen = 2

/** Waits between tries while the store is away, and between conflicting decisions: 20 ms doubling to 1 s, jittered. */
const backoff = Schedule.min([Schedule.exponential("20 millis"), Schedule.spaced("1 second")]).pipe(Schedule.jittered)

/**
 * Load, decide, append; on conflict read the tail and decide again, at most `maxDecisions` times.
 *
 * - Commands for one aggregate run one after another, those for different ones side by side.
 * - Only an append is protected by the guard of the store. Every other answer is given only on a state that the leader
 *   confirmed during this command.
 * - An append whose answer did not come is looked up before anything is said: the tail is read and the decider asked
 *   again; when it knows the command, the events are stored and the command was applied.
 *
 * Fails with `ConcurrencyExhausted`, or with a {@link StoreError}: `StoreUnavailable` at the timeout, when the command may
 * be sent again with the same id, others at once.
 */
export const makeCommandHandler = Effect.fnUntraced(function*<State, Command, Event, Rejection, Context>(
  options: CommandHandlerOptions<State, Command, Event, Rejection, Context>
): Effect.fn.Return<
  CommandHandler<Command, Rejection, Context>,
  never,
  EventStore | SnapshotStore | Scope.Scope
> {
  const aggregate = yield* makeAggregate(options)
  const inTurn = makeTurns()
  const timeout = Duration.fromInputUnsafe(options.timeout)

  const handle = (request: CommandToHandle<Command, Context>) =>
    inTurn(request.aggregateId, settle(options, aggregate, request)).pipe(
      Effect.timeoutOrElse({
        duration: timeout,
        orElse: () =>
          new StoreError({
            reason: new StoreUnavailable({ detail: `no answer within ${Duration.format(timeout)}` })
          })
      })
    )
  return { handle }
})

/** What to do with a failed append: look at the tail and decide again, or give up. */
const decideAgainAfter = (reason: StoreErrorReason): "conflict" | "unconfirmed" | undefined =>
  reason._tag === "VersionConflict" ? "conflict" : reason._tag === "AppendUnconfirmed" ? "unconfirmed" : undefined

/** The schedule is made once something failed: for each load and append it took as long as deciding, and hardly any needs it. */
const whileAway = <A>(effect: Effect.Effect<A, StoreError>): Effect.Effect<A, StoreError> =>
  Effect.catch(effect, (first) => {
    let next: Effect.Effect<A, StoreError> = Effect.fail(first)
    const attempt = Effect.suspend(() => {
      const current = next
      next = effect
      return current
    })
    return Effect.retry(attempt, { while: (error) => error.isRetryable, schedule: backoff })
  })

const isSame = (one: Cursor, other: Cursor) => one.position === other.position && one.version === other.version

const settle = Effect.fnUntraced(function*<State, Command, Event, Rejection, Context>(
  options: CommandHandlerOptions<State, Command, Event, Rejection, Context>,
  aggregate: Aggregate<State, Event>,
  { aggregateId, command, context, dryRun }: CommandToHandle<Command, Context>
): Effect.fn.Return<Outcome<Rejection>, StoreError | ConcurrencyExhausted> {
  let loaded = yield* whileAway(aggregate.load(aggregateId))
  let cause: DecisionCause = "first"
  let mayBeStored = false
  let timesSeen = 0
  let nextPause: ((input: unknown) => Effect.Effect<unknown, unknown>) | undefined

  const answer = (decision: Decision<Event, Rejection>, { cursor: { version } }: Loaded<State>): Outcome<Rejection> => {
    switch (decision._tag) {
      case "Accepted": {
        const events = decision.events.map((event, n) => referenceTo(options.events.encode(event), version + n + 1, 0))
        return { _tag: "WouldApply", version: version + events.length, events }
      }
      case "Duplicate":
        // Found after an append of our own whose answer was lost: it was this command that took effect.
        return { _tag: mayBeStored ? "Applied" : "Duplicate", version, events: decision.events }
      case "NoChange":
        return { _tag: "NoChange", version }
      case "Rejected":
        return { _tag: "Rejected", version, rejection: decision.rejection }
    }
  }

  for (let appends = 0;;) {
    yield* decided[cause]
    const decision = options.decider.decide(loaded.state, command, context)

    if (decision._tag !== "Accepted" || dryRun) {
      if (loaded.confirmed) return answer(decision, loaded)
      const current: Loaded<State> = yield* whileAway(aggregate.refresh(loaded))
      if (isSame(current.cursor, loaded.cursor)) return answer(decision, current)
      loaded = current
      cause = "stale"
      continue
    }

    const appended = yield* Effect.result(whileAway(aggregate.append(loaded, decision.events)))
    if (appended._tag === "Success") {
      const [after, events] = appended.success
      return { _tag: "Applied", version: after.cursor.version, events }
    }
    const { reason } = appended.failure
    const again = decideAgainAfter(reason)
    if (again === undefined) return yield* appended.failure
    if (reason._tag === "AppendUnconfirmed" && reason.alreadySeen && ++timesSeen > looksForSeen) {
      return yield* new StoreError({ reason: new EventIdTaken({ aggregateId }) })
    }
    if (++appends === options.maxDecisions) {
      return yield* again === "conflict" && !mayBeStored
        ? new ConcurrencyExhausted({ attempts: appends })
        : appended.failure
    }
    cause = again
    // Events whose ids are known already were stored by an earlier attempt, or by somebody else's.
    mayBeStored ||= reason._tag === "AppendUnconfirmed" && !reason.alreadySeen
    if (appends > 1) {
      nextPause ??= yield* Schedule.toStepWithSleep(backoff)
      yield* Effect.ignore(nextPause(undefined))
    }
    loaded = yield* whileAway(again === "conflict" ? aggregate.settleConflict(loaded) : aggregate.refresh(loaded))
  }
})
