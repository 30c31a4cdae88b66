import { Cause, Effect, Exit, Metric, Schedule } from "effect"
import type { Aggregate } from "../Aggregate.ts"
import type { CommandHandlerOptions, Outcome } from "../CommandHandler.ts"
import { ConcurrencyExhausted } from "../ConcurrencyExhausted.ts"
import { type Cursor, type EventReference, referenceTo } from "../Event.ts"
import { EventIdTaken, StoreError, type StoreErrorReason } from "../StoreError.ts"
import { type Decided, decideGroup, eventsToStore, type Plan } from "./decideGroup.ts"
import type { PendingCommand } from "./PendingCommand.ts"

/** Events that a group appends at once, at most, unless a single command has more. */
const groupEventsMax = 256

/** How often the tail is read for events whose ids the store says it knows, before they are taken for somebody else's. */
const looksForSeen = 2

/** Waits between tries while the store is away, and between conflicting decisions: 20 ms doubling to 1 s, jittered. */
const backoff = Schedule.min([Schedule.exponential("20 millis"), Schedule.spaced("1 second")]).pipe(Schedule.jittered)

const decisions = Metric.counter("decisions_total", {
  description: "Decisions by cause: first, conflict, unconfirmed append, stale state",
  incremental: true
})

/** Why commands are decided. */
type DecisionCause = "first" | "stale" | "conflict" | "unconfirmed"

const counters: Readonly<Record<DecisionCause, Metric.Counter<number>>> = {
  first: Metric.withAttributes(decisions, { cause: "first" }),
  stale: Metric.withAttributes(decisions, { cause: "stale" }),
  conflict: Metric.withAttributes(decisions, { cause: "conflict" }),
  unconfirmed: Metric.withAttributes(decisions, { cause: "unconfirmed" })
}

/** What to do with a failed append: look at the tail and decide again, or give up. */
const decideAgainAfter = (reason: StoreErrorReason): "conflict" | "unconfirmed" | undefined =>
  reason._tag === "VersionConflict"
    ? "conflict"
    : reason._tag === "AppendUnconfirmed" || reason._tag === "CopyBeingStored"
    ? "unconfirmed"
    : undefined

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

/**
 * Settles commands of one aggregate that came together: load, decide each on what those before it come to, append all their
 * events at once; on conflict take in what came between and decide all again, at most `maxDecisions` times.
 *
 * - Only an append is protected by the guard of the store, and with it what was decided on the same state. Answers without
 *   any append are given only on a state that the leader confirmed while these commands waited.
 * - An append whose answer did not come is looked up before anything is said: the tail is read and the decider asked
 *   again; when it knows a command, its events are stored and it was applied. While a copy of it was being stored that is
 *   what was stored, and the command is its duplicate.
 * - When the store refuses the events of several commands, or the domain throws, one of them may be to blame: then each is
 *   settled alone.
 *
 * Never fails: commands are settled with failures.
 */
export const makeSettleGroup = <State, Command, Event, Rejection, Context>(
  options: CommandHandlerOptions<State, Command, Event, Rejection, Context>,
  aggregate: Aggregate<State, Event>
) => {
  type C = PendingCommand<Command, Context, Rejection>
  const eventsMax = Math.min(groupEventsMax, aggregate.batches.max)

  const outcomeOf = (
    { command, decision, version }: Decided<C, Event, Rejection>,
    stored: ReadonlyArray<EventReference>
  ): Outcome<Rejection> => {
    switch (decision._tag) {
      case "Accepted":
        return command.request.dryRun
          ? {
            _tag: "WouldApply",
            version: version + decision.events.length,
            events: decision.events.map((event, n) => referenceTo(options.events.encode(event), version + n + 1, 0))
          }
          : { _tag: "Applied", version: version + decision.events.length, events: stored }
      case "Duplicate":
        // Found after an append of our own whose answer was lost: it was this command that took effect, unless a copy was under way.
        return {
          _tag: command.mayBeStored && !command.hasCopy ? "Applied" : "Duplicate",
          version,
          events: decision.events
        }
      case "NoChange":
        return { _tag: "NoChange", version }
      case "Rejected":
        return { _tag: "Rejected", version, rejection: decision.rejection }
    }
  }

  const answer = ({ decided }: Plan<C, Event, Rejection>, references: ReadonlyArray<EventReference>): void => {
    let taken = 0
    for (const each of decided) {
      const count = eventsToStore(each.command, each.decision).length
      each.command.settle(Exit.succeed(outcomeOf(each, references.slice(taken, taken + count))))
      taken += count
    }
  }

  const settle: (aggregateId: string, group: ReadonlyArray<C>) => Effect.Effect<void, StoreError> = Effect.fnUntraced(
    function*(aggregateId: string, group: ReadonlyArray<C>) {
      let loaded = yield* whileAway(aggregate.load(aggregateId))
      let pending = group
      let cause: DecisionCause = "first"
      let appends = 0
      let timesSeen = 0
      let nextPause: ((input: unknown) => Effect.Effect<unknown, unknown>) | undefined

      while (pending.length > 0) {
        const plan = decideGroup(options.decider, loaded, pending, eventsMax)
        yield* Metric.update(counters[cause], plan.decided.length)
        const [first, ...others] = plan.events
        if (first === undefined) {
          const current = loaded.confirmed ? loaded : yield* whileAway(aggregate.refresh(loaded))
          if (current.confirmed && isSame(current.cursor, loaded.cursor)) return answer(plan, [])
          loaded = current
          cause = "stale"
          continue
        }

        const appended = yield* Effect.result(
          whileAway(aggregate.append(loaded, [first, ...others], plan.traceparents))
        )
        if (appended._tag === "Success") {
          const [after, references] = appended.success
          answer(plan, references)
          loaded = after
          pending = plan.later
          cause = "first"
          appends = 0
          timesSeen = 0
          continue
        }

        const { reason } = appended.failure
        const again = decideAgainAfter(reason)
        const alreadySeen = reason._tag === "AppendUnconfirmed" && reason.alreadySeen
        if (pending.length > 1 && (again === undefined || alreadySeen)) {
          return yield* eachAlone(aggregateId, pending)
        }
        if (again === undefined) return yield* appended.failure
        if (alreadySeen && ++timesSeen > looksForSeen) {
          return yield* new StoreError({ reason: new EventIdTaken({ aggregateId }) })
        }
        if (++appends === options.maxDecisions) {
          for (const command of pending) {
            const isLost = again === "conflict" && !command.mayBeStored
            command.settle(Exit.fail(isLost ? new ConcurrencyExhausted({ attempts: appends }) : appended.failure))
          }
          return
        }
        cause = again
        // Events whose ids are known already were stored by an earlier attempt, or by somebody else's.
        if (again === "unconfirmed" && !alreadySeen) {
          for (const { command, decision } of plan.decided) {
            if (eventsToStore(command, decision).length === 0) continue
            command.mayBeStored = true
            command.hasCopy ||= reason._tag === "CopyBeingStored"
          }
        }
        if (appends > 1) {
          nextPause ??= yield* Schedule.toStepWithSleep(backoff)
          yield* Effect.ignore(nextPause(undefined))
        }
        loaded = yield* whileAway(again === "conflict" ? aggregate.settleConflict(loaded) : aggregate.refresh(loaded))
      }
    }
  )

  const eachAlone = (aggregateId: string, group: ReadonlyArray<C>): Effect.Effect<void> =>
    Effect.forEach(group.filter(({ isOver }) => !isOver), (command) => settleOrFail(aggregateId, [command]), {
      discard: true
    })

  const settleOrFail = (aggregateId: string, group: ReadonlyArray<C>): Effect.Effect<void> =>
    Effect.catchCause(settle(aggregateId, group), (cause) => {
      // What one command makes the domain throw at is not the fault of the others.
      if (group.length > 1 && Cause.hasDies(cause)) return eachAlone(aggregateId, group)
      return Effect.sync(() => {
        for (const command of group) command.settle(Exit.failCause(cause))
      })
    })

  return settleOrFail
}
