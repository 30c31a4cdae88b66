import { type Context, Duration, Effect, Exit, type Scope } from "effect"
import { type AggregateOptions, makeAggregate } from "./Aggregate.ts"
import type { ConcurrencyExhausted } from "./ConcurrencyExhausted.ts"
import type { Decider } from "./Decider.ts"
import type { EventReference } from "./Event.ts"
import type { EventStore } from "./EventStore.ts"
import { CommandLines } from "./internal/CommandLines.ts"
import { makeDeadlines } from "./internal/Deadlines.ts"
import { PendingCommand, type Settlement } from "./internal/PendingCommand.ts"
import { makeSettleGroup } from "./internal/settleGroup.ts"
import type { SnapshotStore } from "./SnapshotStore.ts"
import { StoreError, StoreUnavailable } from "./StoreError.ts"

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

/**
 * Load, decide, append; on conflict take in what others stored and decide again, at most `maxDecisions` times.
 *
 * - Commands for one aggregate wait in line, those for different ones run side by side. What waits when it is its turn is
 *   settled together, at most {@link groupMax} commands: decided one after the other and stored by one append, all or none.
 * - Only an append is protected by the guard of the store. Every other answer is given only on a state that the leader
 *   confirmed during this command.
 * - An append whose answer did not come is looked up before anything is said: the tail is read and the decider asked
 *   again; when it knows the command, the events are stored and the command was applied.
 *
 * Fails with `ConcurrencyExhausted`, or with a {@link StoreError}: `StoreUnavailable` at the timeout, when the command may
 * be sent again with the same id, others at once.
 */
export const makeCommandHandler = Effect.fnUntraced(function*<State, Command, Event, Rejection, DecideContext>(
  options: CommandHandlerOptions<State, Command, Event, Rejection, DecideContext>
): Effect.fn.Return<
  CommandHandler<Command, Rejection, DecideContext>,
  never,
  EventStore | SnapshotStore | Scope.Scope
> {
  type Pending = PendingCommand<Command, DecideContext, Rejection>
  const settleGroup = makeSettleGroup(options, yield* makeAggregate(options))
  const lines = new CommandLines<Pending>(settleGroup)
  yield* Effect.addFinalizer(() => Effect.sync(() => lines.close()))

  const timeout = Duration.fromInputUnsafe(options.timeout)
  const late = Exit.fail(
    new StoreError({ reason: new StoreUnavailable({ detail: `no answer within ${Duration.format(timeout)}` }) })
  )
  const giveUp = (command: Pending, exit: Settlement<Rejection>) => {
    command.settle(exit)
    lines.leave(command)
  }
  const deadlines = yield* makeDeadlines<Pending>(Duration.toMillis(timeout), (command) => giveUp(command, late))

  const handle = (request: CommandToHandle<Command, DecideContext>) =>
    Effect.contextWith((services: Context.Context<never>) =>
      Effect.callback<Outcome<Rejection>, StoreError | ConcurrencyExhausted>((resume) => {
        const command: Pending = new PendingCommand(request, services, (exit) => {
          deadlines.delete(command)
          resume(exit)
        })
        deadlines.add(command)
        lines.enter(command)
        return Effect.sync(() => giveUp(command, Exit.interrupt()))
      })
    )
  return { handle }
})
