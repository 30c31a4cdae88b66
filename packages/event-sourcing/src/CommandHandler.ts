import { Context, Duration, Effect, Exit, type Scope, Tracer } from "effect"
import { type AggregateOptions, makeAggregate } from "./Aggregate.ts"
import { ConcurrencyExhausted } from "./ConcurrencyExhausted.ts"
import type { Decider } from "./Decider.ts"
import { EventStore } from "./EventStore.ts"
import { makeDeadlines } from "./internal/Deadlines.ts"
import type { Answer, Outcome } from "./line/Line.ts"
import { type DrivenRequest, LineDriver } from "./line/LineDriver.ts"
import type { SnapshotStore } from "./SnapshotStore.ts"
import { EventIdTaken, StoreError, StoreUnavailable } from "./StoreError.ts"
import { traceparentOf } from "./TraceContext.ts"

export type { Outcome }

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

/** How a command ends for whoever sent it. */
export type Settlement<Rejection> = Exit.Exit<Outcome<Rejection>, StoreError | ConcurrencyExhausted>

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

/** A command on its way. */
class PendingCommand<Command, DecideContext, Rejection> implements DrivenRequest<Rejection> {
  readonly aggregateId: string
  readonly command: Command
  readonly context: DecideContext
  readonly dryRun: boolean
  readonly services: Context.Context<never>
  private readonly onAnswer: (pending: this, answer: Answer<Rejection>) => void
  readonly onSettled: (exit: Settlement<Rejection>) => void
  /** Its number among the deadlines. */
  deadline = -1

  constructor(
    { aggregateId, command, context, dryRun }: CommandToHandle<Command, DecideContext>,
    services: Context.Context<never>,
    onAnswer: (pending: PendingCommand<Command, DecideContext, Rejection>, answer: Answer<Rejection>) => void,
    onSettled: (exit: Settlement<Rejection>) => void
  ) {
    this.aggregateId = aggregateId
    this.command = command
    this.context = context
    this.dryRun = dryRun
    this.services = services
    this.onAnswer = onAnswer
    this.onSettled = onSettled
  }

  get traceparent(): string | undefined {
    const span = Context.getOrUndefined(this.services, Tracer.ParentSpan)
    return span && traceparentOf(span)
  }

  settle(answer: Answer<Rejection>): void {
    this.onAnswer(this, answer)
  }
}

/**
 * Load, decide, append; on conflict take in what others stored and decide again, at most `maxDecisions` times.
 *
 * - Commands for one aggregate wait in line, those for different ones run side by side. What waits when it is its turn is
 *   settled together, at most 64 commands where the store takes many events
 *   at once: decided one after the other and stored by one append, all or none.
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
  const { decider } = options
  const aggregate = yield* makeAggregate(options)
  const store = yield* EventStore
  const driver = new LineDriver<State, Pending, Event, Rejection>(
    {
      decide: (state, { command, context }) => decider.decide(state, command, context),
      evolve: decider.evolve,
      encode: options.events.encode,
      groupFrom: store.batchFrom,
      groupMax,
      eventsMax: Math.min(groupEventsMax, store.appendMax),
      maxDecisions: options.maxDecisions,
      snapshotEvery: options.snapshotEvery
    },
    aggregate,
    store
  )
  yield* Effect.addFinalizer(() => Effect.sync(() => driver.close()))

  const timeout = Duration.fromInputUnsafe(options.timeout)
  const late = Exit.fail(
    new StoreError({ reason: new StoreUnavailable({ detail: `no answer within ${Duration.format(timeout)}` }) })
  )
  const deadlines = yield* makeDeadlines<Pending>(Duration.toMillis(timeout), (commands) => {
    driver.leave(commands, true)
  })

  const exitOf = (aggregateId: string, answer: Answer<Rejection>): Settlement<Rejection> => {
    switch (answer._tag) {
      case "Late":
        return late
      case "Closed":
        return Exit.interrupt()
      case "Exhausted":
        return Exit.fail(new ConcurrencyExhausted({ attempts: answer.attempts }))
      case "IdTaken":
        return Exit.fail(new StoreError({ reason: new EventIdTaken({ aggregateId }) }))
      case "Failed":
        return Exit.fail(answer.error as StoreError)
      case "Died":
        return Exit.die(answer.defect)
      default:
        return Exit.succeed(answer)
    }
  }
  const onAnswer = (pending: Pending, answer: Answer<Rejection>) => {
    deadlines.delete(pending.deadline)
    pending.onSettled(exitOf(pending.aggregateId, answer))
  }

  const take: CommandHandler<Command, Rejection, DecideContext>["take"] = (request, services, onSettled) => {
    const pending: Pending = new PendingCommand(request, services, onAnswer, onSettled)
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

/** Commands and events that are settled together, at most; the others go on waiting. */
const groupMax = 64
const groupEventsMax = 256
