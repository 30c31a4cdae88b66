import { Cause, Context, Effect, type Fiber, Metric, Random } from "effect"
import type { Aggregate, Loaded } from "../Aggregate.ts"
import type { EventStore } from "../EventStore.ts"
import type { StoreError } from "../StoreError.ts"
import type { Answer, DecisionCause, Failure, Input, Line, LineRequest, LineRules, Output, Question } from "./Line.ts"
import { idle, step } from "./step.ts"

/** A command as the driver knows it. */
export interface DrivenRequest<Rejection> extends LineRequest {
  readonly aggregateId: string
  /** Services, log annotations and span of whoever asked. */
  readonly services: Context.Context<never>
  readonly settle: (answer: Answer<Rejection>) => void
}

const decisions = Metric.counter("decisions_total", {
  description: "Decisions by cause: first, conflict, unconfirmed append, stale state",
  incremental: true
})

const counters: Readonly<Record<DecisionCause, Metric.Counter<number>>> = {
  first: Metric.withAttributes(decisions, { cause: "first" }),
  stale: Metric.withAttributes(decisions, { cause: "stale" }),
  conflict: Metric.withAttributes(decisions, { cause: "conflict" }),
  unconfirmed: Metric.withAttributes(decisions, { cause: "unconfirmed" })
}

/** Lines that are known at once before those that nobody is in are let go. */
const idleMost = 4_096

/** Waits before a question is asked again: 20 ms doubling to 1 s, jittered by a fifth. */
const pauseOf = (pause: number): Effect.Effect<void> =>
  Effect.flatMap(Random.next, (chance) => Effect.sleep(Math.min(20 * 2 ** (pause - 1), 1_000) * (0.8 + 0.4 * chance)))

const whyOf = ({ isRetryable, reason }: StoreError): Failure => {
  if (isRetryable) return "away"
  if (reason._tag === "VersionConflict") return "conflict"
  if (reason._tag === "AppendUnconfirmed") return reason.alreadySeen ? "seen" : "unanswered"
  return "final"
}

/**
 * Carries what the lines of all aggregates put out to the ports, and what comes of it back.
 *
 * A state that is cached and an append of one event are plain calls. What waits, retries or fails runs in a fiber, with the
 * services of the first command that it is for; once the line asks something else, or nothing, that fiber is interrupted. A
 * line is known only as long as somebody is in it.
 */
export class LineDriver<State, Request extends DrivenRequest<Rejection>, Event, Rejection> {
  readonly #lines = new Map<string, Line<State, Request, Event, Rejection>>()
  readonly #fibers = new Map<string, Fiber.Fiber<unknown, unknown>>()
  readonly #rules: LineRules<State, Request, Event, Rejection>
  readonly #aggregate: Aggregate<State, Event>
  readonly #store: EventStore["Service"]
  #isClosed = false

  constructor(
    rules: LineRules<State, Request, Event, Rejection>,
    aggregate: Aggregate<State, Event>,
    store: EventStore["Service"]
  ) {
    this.#rules = rules
    this.#aggregate = aggregate
    this.#store = store
  }

  arrive(request: Request): void {
    if (this.#isClosed) request.settle({ _tag: "Closed" })
    else this.#feed(request.aggregateId, { _tag: "Arrived", request })
  }

  /** Takes commands of any aggregates out of their lines. */
  leave(requests: ReadonlyArray<Request>, late: boolean): void {
    for (const [aggregateId, own] of Map.groupBy(requests, (request) => request.aggregateId)) {
      this.#feed(aggregateId, { _tag: "Left", requests: own, late })
    }
  }

  close(): void {
    this.#isClosed = true
    for (const aggregateId of this.#lines.keys()) this.#feed(aggregateId, { _tag: "Closed" })
  }

  #feed(aggregateId: string, input: Input<State, Request>): void {
    let next: Input<State, Request> | undefined = input
    while (next !== undefined) next = this.#advance(aggregateId, next)
  }

  /** One transition and what is to be done after it; gives what is known at once. */
  #advance(aggregateId: string, input: Input<State, Request>): Input<State, Request> | undefined {
    const before = this.#lines.get(aggregateId) ?? idle
    const [line, outputs] = step(this.#rules, before, input)
    if (line === before) return undefined
    this.#lines.set(aggregateId, line)
    if (line.group.length === 0 && this.#lines.size > idleMost) this.#sweep()
    if (line.asked !== before.asked && this.#fibers.size > 0) this.#interrupt(aggregateId)
    let known: Input<State, Request> | undefined
    for (const output of outputs) known = this.#perform(aggregateId, line, output)
    return known
  }

  #perform(
    aggregateId: string,
    line: Line<State, Request, Event, Rejection>,
    output: Output<State, Request, Rejection>
  ): Input<State, Request> | undefined {
    switch (output._tag) {
      case "Answer":
        try {
          output.request.settle(output.answer)
        } catch (defect) {
          // Whatever is wrong with whoever asked, the others in line go on.
          Effect.runForkWith(output.request.services)(Effect.logError("an answer could not be taken", defect))
        }
        return undefined
      case "Learned":
        this.#aggregate.keep(output.state, output.snapshotDue)
        return undefined
      case "Decided":
        counters[output.cause].updateUnsafe(output.commands, line.group[0]?.request.services ?? nothing)
        return undefined
      default:
        // Whoever was answered may have left others meanwhile.
        return this.#lines.get(aggregateId)?.asked === output
          ? this.#ask(aggregateId, output, line.group[0]!.request.services)
          : undefined
    }
  }

  #ask(
    aggregateId: string,
    question: Question<State>,
    services: Context.Context<never>
  ): Input<State, Request> | undefined {
    switch (question._tag) {
      case "Load": {
        const cached = this.#aggregate.cached(aggregateId)
        if (cached !== undefined) return { _tag: "Loaded", question, state: cached }
        this.#load(aggregateId, question, services, this.#aggregate.load(aggregateId))
        return undefined
      }
      case "Refresh":
        this.#load(aggregateId, question, services, this.#aggregate.refresh(question.base))
        return undefined
      case "CatchUp":
        this.#load(aggregateId, question, services, this.#aggregate.settleConflict(question.base))
        return undefined
      case "Append":
        this.#append(aggregateId, question, services)
        return undefined
    }
  }

  #load(
    aggregateId: string,
    question: Question<State>,
    services: Context.Context<never>,
    load: Effect.Effect<Loaded<State>, StoreError>
  ): void {
    this.#run(aggregateId, question, services, load, (state) => ({ _tag: "Loaded", question, state }))
  }

  /** Events that pass wait while an append is under way, and until what it stored is in the cache. */
  #append(
    aggregateId: string,
    question: Extract<Question<State>, { readonly _tag: "Append" }>,
    services: Context.Context<never>
  ): void {
    const { base, events, pause } = question
    const asking = this.#aggregate.cache.ask(aggregateId)
    const done = () => this.#aggregate.cache.asked(asking)
    const answered = (positions: ReadonlyArray<number>): Input<State, Request> => ({
      _tag: "Appended",
      question,
      positions
    })
    if (pause === 0 && events.length === 1 && this.#store.appendNow !== undefined) {
      const sent = this.#store.appendNow(aggregateId, base.cursor, events[0], (position, failure) => {
        if (failure !== undefined) return this.#run(aggregateId, question, services, failure, answered, done)
        this.#feed(aggregateId, answered([position]))
        done()
      })
      if (sent) return
    }
    this.#run(
      aggregateId,
      question,
      services,
      this.#store.append(aggregateId, base.cursor, events),
      answered,
      done
    )
  }

  /** What takes a fiber. */
  #run<A>(
    aggregateId: string,
    question: Question<State>,
    services: Context.Context<never>,
    effect: Effect.Effect<A, StoreError>,
    onDone: (value: A) => Input<State, Request>,
    ended?: () => void
  ): void {
    const fiber = Effect.runForkWith(services)(
      question.pause === 0 ? effect : Effect.andThen(pauseOf(question.pause), effect)
    )
    this.#fibers.set(aggregateId, fiber)
    fiber.addObserver((exit) => {
      if (this.#fibers.get(aggregateId) === fiber) this.#fibers.delete(aggregateId)
      this.#feed(aggregateId, exit._tag === "Success" ? onDone(exit.value) : failedBy(question, exit.cause))
      ended?.()
    })
  }

  /** Idle lines are let go together: a map that is put into and taken from with each command costs more than it keeps. */
  #sweep(): void {
    for (const [aggregateId, { group }] of this.#lines) if (group.length === 0) this.#lines.delete(aggregateId)
  }

  #interrupt(aggregateId: string): void {
    const fiber = this.#fibers.get(aggregateId)
    if (fiber === undefined) return
    this.#fibers.delete(aggregateId)
    fiber.interruptUnsafe()
  }
}

const nothing = Context.empty()

const failedBy = <State, Request>(
  question: Question<State>,
  cause: Cause.Cause<StoreError>
): Input<State, Request> => {
  const error = cause.reasons.find(Cause.isFailReason)?.error
  return error === undefined
    ? { _tag: "Failed", question, why: "died", error: Cause.squash(cause) }
    : { _tag: "Failed", question, why: whyOf(error), error }
}
