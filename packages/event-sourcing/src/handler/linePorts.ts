import { Cause, Context, Effect, Exit, Metric } from "effect"
import type { Aggregate, Loaded } from "../aggregate/Aggregate.ts"
import type { DecisionCause, Failure, Input, Question } from "../line/Line.ts"
import type { LinePorts } from "../line/LineDriver.ts"
import { LineWatch } from "../line/LineWatch.ts"
import type { AppendedPositions, Submit } from "../store/Append.ts"
import type { EventStore } from "../store/EventStore.ts"
import { submitOf } from "../store/HotPort.ts"
import type { StoreError } from "../store/StoreError.ts"
import { backoffPause } from "../timing/backoff.ts"
import type { ForgottenCommands } from "./ForgottenCommands.ts"

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

/** Waits before a question is asked again: 20 ms doubling to 1 s, jittered by a fifth. */
const pauseOf = (pause: number): Effect.Effect<void> => backoffPause(pause, 20, 1_000)

const whyOf = ({ isRetryable, reason }: StoreError): Failure => {
  if (isRetryable) return "away"
  if (reason._tag === "VersionConflict") return "conflict"
  if (reason._tag === "CopyBeingStored") return "copied"
  if (reason._tag === "AppendUnconfirmed") return reason.alreadySeen ? "seen" : "unanswered"
  return "final"
}

const failedBy = <State>(question: Question<State>, cause: Cause.Cause<StoreError>): Input<State, never> => {
  const error = cause.reasons.find(Cause.isFailReason)?.error
  return error === undefined
    ? { _tag: "Failed", question, why: "died", error: Cause.squash(cause) }
    : { _tag: "Failed", question, why: whyOf(error), error }
}

const nothing = (): void => undefined

/** A command that the aggregate and the store are asked for: with the services of whoever sent it. */
interface Served {
  readonly services: Context.Context<never>
}

/**
 * The ports of a driver on an aggregate and its store. What is cached, and an append, are plain calls; a fiber begins where
 * the store is read, or something has to wait.
 */
export const makeLinePorts = <State, Request extends Served, Rejection>(
  aggregate: Aggregate<State>,
  store: EventStore["Service"],
  forgotten: ForgottenCommands,
  own: Context.Context<never>,
  begins: (request: Request) => boolean,
  answer: LinePorts<State, Request, Rejection>["answer"]
): LinePorts<State, Request, Rejection> => {
  const submit = submitOf(store.append)
  return {
    ask: (aggregateId, question, request, tell) => {
      const { services } = request
      if (question._tag === "Append") return append(aggregate, submit, aggregateId, question, services, tell)
      if (question._tag === "Load") {
        const state = aggregate.cached(aggregateId) ?? (begins(request) ? aggregate.unbegun(aggregateId) : undefined)
        if (state !== undefined) {
          tell({ _tag: "Loaded", question, state })
          return nothing
        }
      }
      if (question._tag === "Find") {
        const { base, commandId, pause } = question
        return run(
          services,
          afterPause(pause, forgotten.find(aggregateId, commandId, base.cursor.version)),
          (exit) =>
            tell(
              exit._tag === "Success"
                ? { _tag: "Found", question, events: exit.value }
                : failedBy(question, exit.cause)
            )
        )
      }
      return run(
        services,
        afterPause(question.pause, reading(aggregate, aggregateId, question)),
        (exit) =>
          tell(
            exit._tag === "Success"
              ? { _tag: "Loaded", question, state: exit.value }
              : failedBy(question, exit.cause)
          )
      )
    },
    answer,
    learn: aggregate.keep,
    watch: Context.get(own, LineWatch),
    count: (cause, commands) => counters[cause].updateUnsafe(commands, own),
    defect: (defect) => void Effect.runForkWith(own)(Effect.logError("an answer could not be taken", defect))
  }
}

const reading = <State>(
  aggregate: Aggregate<State>,
  aggregateId: string,
  question: Exclude<Question<State>, { readonly _tag: "Append" | "Find" }>
): Effect.Effect<Loaded<State>, StoreError> => {
  switch (question._tag) {
    case "Load":
      return aggregate.load(aggregateId)
    case "Refresh":
      return aggregate.refresh(question.base)
    case "CatchUp":
      return aggregate.afterConflict(question.base)
  }
}

/** Events that pass wait until what was stored is in the cache. */
const append = <State>(
  aggregate: Aggregate<State>,
  submit: Submit,
  aggregateId: string,
  question: Extract<Question<State>, { readonly _tag: "Append" }>,
  services: Context.Context<never>,
  tell: (input: Input<State, never>) => void
): () => void => {
  const { base, events, pause } = question
  const onDone = (exit: Exit.Exit<AppendedPositions, StoreError>) =>
    tell(
      exit._tag === "Success"
        ? { _tag: "Appended", question, positions: exit.value[0] }
        : failedBy(question, exit.cause)
    )
  const release = aggregate.holdEvents(aggregateId)
  let giveUp: (() => void) | void
  const send = () => {
    try {
      giveUp = submit([{ aggregateId, expected: base.cursor, events }], services, onDone)
    } catch (defect) {
      onDone(Exit.die(defect))
    }
  }
  if (pause === 0) send()
  else {
    giveUp = run(services, pauseOf(pause), (exit) => {
      if (Exit.isSuccess(exit)) send()
    })
  }
  return () => {
    release()
    if (giveUp !== undefined) giveUp()
  }
}

const afterPause = <A>(pause: number, effect: Effect.Effect<A, StoreError>): Effect.Effect<A, StoreError> =>
  pause === 0 ? effect : Effect.andThen(pauseOf(pause), effect)

const run = <A, E>(
  services: Context.Context<never>,
  effect: Effect.Effect<A, E>,
  onDone: (exit: Exit.Exit<A, E>) => void
): () => void => {
  const fiber = Effect.runForkWith(services)(effect)
  fiber.addObserver(onDone)
  return () => fiber.interruptUnsafe()
}
