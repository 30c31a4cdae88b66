import { type Context, Duration, Effect, type Scope } from "effect"
import { makeAggregate } from "../aggregate/Aggregate.ts"
import type { AggregateOptions } from "../aggregate/AggregateOptions.ts"
import type { Decider } from "../Decider.ts"
import type { Outcome } from "../line/Line.ts"
import { LineDriver } from "../line/LineDriver.ts"
import { EventStore } from "../store/EventStore.ts"
import type { SnapshotStore } from "../store/SnapshotStore.ts"
import type { StoreError } from "../store/StoreError.ts"
import type { CommandToHandle, Settlement } from "./CommandToHandle.ts"
import type { ConcurrencyExhausted } from "./ConcurrencyExhausted.ts"
import { makeDeadlines } from "./Deadlines.ts"
import { makeForgottenCommands } from "./ForgottenCommands.ts"
import { makeLinePorts } from "./linePorts.ts"
import { PendingCommand } from "./PendingCommand.ts"

export type { CommandToHandle, Outcome, Settlement }

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

/** Takes commands; see {@link makeCommandHandler}. */
export interface CommandHandler<Command, Rejection, DecideContext> {
  readonly handle: (
    request: CommandToHandle<Command, DecideContext>
  ) => Effect.Effect<Outcome<Rejection>, StoreError | ConcurrencyExhausted>
  /** As `handle`, told by a callback, which may be called at once. Gives what gives it up. */
  readonly take: (
    request: CommandToHandle<Command, DecideContext>,
    services: Context.Context<never>,
    onSettled: (exit: Settlement<Rejection>) => void
  ) => () => void
}

/** Commands and events that are handled together, at most, and bytes of the data of those; the others go on waiting. */
const groupMax = 64
const groupEventsMax = 256
const groupBytesMax = 1_048_576

/** Versions whose commands every state remembers, when it is one that says `Forgotten`. */
const absenceHolds = 500

/**
 * Load, decide, append; on conflict take in what others stored and decide again, at most `maxDecisions` times. What happens
 * to a command, and in which order, is in `line/Line.ts`.
 *
 * - Commands for one aggregate wait in line, those for different ones run side by side. What waits when it is its turn is
 *   handled together where the store takes many events at once, at most {@link groupMax} commands: decided one after the
 *   other and stored by one append, all or none.
 * - Only an append is protected by the guard of the store. Every other answer is given only on a state that the leader
 *   confirmed during this command.
 * - After an append whose answer did not come the leader is asked before anything is said.
 *
 * Fails with `ConcurrencyExhausted`, or with a {@link StoreError}: `StoreUnavailable` at the timeout, others at once. The
 * command may be sent again with the same id; `mayBeStored` says whether it may have taken effect.
 */
export const makeCommandHandler = Effect.fnUntraced(function*<State, Command, Event, Rejection, DecideContext>(
  options: CommandHandlerOptions<State, Command, Event, Rejection, DecideContext>
): Effect.fn.Return<
  CommandHandler<Command, Rejection, DecideContext>,
  never,
  EventStore | SnapshotStore | Scope.Scope
> {
  type Pending = PendingCommand<Command, DecideContext, Rejection>
  const { decider } = options
  const { factsOf } = decider
  const aggregate = yield* makeAggregate(options)
  const store = yield* EventStore
  const timeout = Duration.fromInputUnsafe(options.timeout)
  const timeoutText = Duration.format(timeout)
  const answer = (pending: Pending, said: Parameters<Pending["settle"]>[0]) => {
    deadlines.delete(pending.deadline)
    pending.settle(said, timeoutText)
  }
  const driver = new LineDriver<State, Pending, Event, Rejection>(
    {
      decide: (state, { command, context }, found) => decider.decide(state, command, context, found),
      evolve: decider.evolve,
      encode: options.events.encode,
      factsOf: factsOf === undefined ? undefined : ({ command }) => factsOf(command),
      get groupFrom() {
        return store.batchFrom
      },
      groupMax,
      get eventsMax() {
        return Math.min(groupEventsMax, store.appendMax)
      },
      bytesMax: groupBytesMax,
      maxDecisions: options.maxDecisions,
      absenceHolds,
      snapshotEvery: options.snapshotEvery
    },
    makeLinePorts(
      aggregate,
      store,
      yield* makeForgottenCommands,
      yield* Effect.context(),
      ({ command }: Pending) => decider.begins?.(command) === true,
      answer
    )
  )
  const deadlines = yield* makeDeadlines<Pending>(
    Duration.toMillis(timeout),
    (commands) => driver.leave(commands, true)
  )
  yield* Effect.addFinalizer(() => Effect.sync(() => driver.close()))

  const take: CommandHandler<Command, Rejection, DecideContext>["take"] = (request, services, onSettled) => {
    const pending: Pending = new PendingCommand(request, services, onSettled)
    pending.deadline = deadlines.add(pending)
    driver.arrive(pending)
    return () => {
      deadlines.delete(pending.deadline)
      driver.leave([pending], false)
    }
  }

  const handle = (request: CommandToHandle<Command, DecideContext>) =>
    Effect.contextWith((services: Context.Context<never>) =>
      Effect.callback<Outcome<Rejection>, StoreError | ConcurrencyExhausted>((resume) =>
        Effect.sync(take(request, services, resume))
      )
    )
  return { handle, take }
})
