import { Duration, Effect, Result, Schedule } from "effect"
import { currentTrace, traceHeaders } from "../telemetry/TraceContext.ts"
import { backoff } from "../timing/backoff.ts"
import { monotonicMillis } from "../timing/monotonicMillis.ts"
import { type CommandToSend, CommandTransport } from "./CommandTransport.ts"
import { CommandUnsettled, NotNow, UnreadableAnswer, type UnsettledReason } from "./CommandUnsettled.ts"

/** What an answer means for the one who waits for it: it settles the command, it does not yet, or nobody knows. */
export type Answer<Reply> =
  | { readonly _tag: "Final"; readonly reply: Reply }
  | { readonly _tag: "NotNow"; readonly detail: string; readonly mayHaveTakenEffect: boolean }
  | { readonly _tag: "Unreadable"; readonly detail: string }

/** How long to try. */
export interface SendOptions {
  /** From the first attempt until the command is given up as unsettled. Default 30 seconds. */
  readonly deadline?: Duration.Input | undefined
  /** Runs after each attempt that did not settle the command, before the pause, with the error as it would be now. */
  readonly onRetry?: ((soFar: CommandUnsettled) => Effect.Effect<void>) | undefined
}

/** What {@link makeCommandClient} needs to know; a domain gives `read`, everything else has a default. */
export interface CommandClientOptions<Reply> extends Pick<SendOptions, "deadline"> {
  /** Reads the body of an answer. */
  readonly read: (body: string) => Answer<Reply>
  /**
   * How long one attempt waits for its answer. Default 5 seconds: longer than a replica takes to say that it cannot
   * answer, so that its own words are heard.
   */
  readonly attemptTimeout?: Duration.Input | undefined
  /** Pauses between attempts; when it ends, so does sending. Default {@link retrySchedule}. */
  readonly schedule?: Schedule.Schedule<unknown> | undefined
}

/** A command that was answered for good. */
export interface Settled<Reply> {
  readonly reply: Reply
  readonly attempts: number
  /** Earlier attempts whose copies of the command may still lie with somebody who did not answer. */
  readonly unanswered: number
}

/** Sends commands; see {@link makeCommandClient}. */
export interface CommandClient<Reply> {
  readonly send: (command: CommandToSend, options?: SendOptions) => Effect.Effect<Settled<Reply>, CommandUnsettled>
}

/** How long a command is tried when nobody says otherwise. */
export const deadlineDefault: Duration.Input = "30 seconds"

/** How long one attempt waits for its answer when nobody says otherwise. */
export const attemptTimeoutDefault: Duration.Input = "5 seconds"

/** Pauses between attempts: 50 ms doubling to 2 s, jittered by a fifth, for ever. */
export const retrySchedule: Schedule.Schedule<unknown> = backoff("50 millis", "2 seconds")

/**
 * Makes a client that sends a command until it is settled, the same message with the same id each time, so that a domain
 * that recognises repeated commands carries it out at most once.
 *
 * - An answer that settles the command is given at once, whatever it says, and never asked for again.
 * - Silence, a lost connection, nobody there and an answer to try later are tried again, after a pause, until the deadline.
 * - What trying again cannot mend ends it at once.
 *
 * Fails with {@link CommandUnsettled}, which says how often it was tried, what was wrong last, and whether the command may
 * have taken effect. Each command is one span of kind client; its trace context goes with every attempt.
 */
export const makeCommandClient = <Reply>(
  options: CommandClientOptions<Reply>
): Effect.Effect<CommandClient<Reply>, never, CommandTransport> =>
  Effect.map(CommandTransport, (transport) => {
    const attemptTimeoutMillis = Duration.toMillis(options.attemptTimeout ?? attemptTimeoutDefault)

    const attempt = Effect.fnUntraced(function*(
      command: CommandToSend,
      timeout: Duration.Duration
    ): Effect.fn.Return<Reply, UnsettledReason> {
      const body = yield* Effect.mapError(transport.request(command, timeout), ({ reason }) => reason)
      const answer = options.read(body)
      switch (answer._tag) {
        case "Final":
          return answer.reply
        case "NotNow":
          return yield* new NotNow({ body, detail: answer.detail, mayHaveTakenEffect: answer.mayHaveTakenEffect })
        case "Unreadable":
          return yield* new UnreadableAnswer({ detail: answer.detail })
      }
    })

    const send = Effect.fn("CommandClient.send", { kind: "client" })(
      function*(command: CommandToSend, sending: SendOptions = {}): Effect.fn.Return<Settled<Reply>, CommandUnsettled> {
        const { commandId, subject } = command
        yield* Effect.annotateCurrentSpan({ "messaging.destination.name": subject, "messaging.message.id": commandId })
        const traced = { ...command, headers: { ...command.headers, ...traceHeaders(yield* currentTrace) } }
        const deadlineMillis = Duration.toMillis(sending.deadline ?? options.deadline ?? deadlineDefault)
        const startedAt = yield* monotonicMillis
        const elapsed = Effect.map(monotonicMillis, (now) => now - startedAt)
        const remainingMillis = Effect.map(elapsed, (millis) => Math.max(0, deadlineMillis - millis))
        const pause = yield* Schedule.toStepWithSleep(options.schedule ?? retrySchedule)
        let unanswered = 0
        let mayHaveTakenEffect = false

        for (let attempts = 1;; attempts++) {
          const timeout = Duration.millis(Math.min(attemptTimeoutMillis, yield* remainingMillis))
          const result = yield* Effect.result(attempt(traced, timeout))
          if (Result.isSuccess(result)) {
            yield* Effect.annotateCurrentSpan({ attempts })
            return { reply: result.success, attempts, unanswered }
          }
          const reason = result.failure
          if (reason._tag === "Unanswered") unanswered++
          mayHaveTakenEffect ||= reason.mayHaveTakenEffect
          const unsettled = Effect.map(
            elapsed,
            (millis) =>
              new CommandUnsettled({
                commandId,
                attempts,
                elapsedMillis: Math.round(millis),
                mayHaveTakenEffect,
                reason
              })
          )
          if (!reason.isRetryable || (yield* remainingMillis) === 0) return yield* Effect.flip(unsettled)
          if (sending.onRetry !== undefined) yield* Effect.flatMap(unsettled, sending.onRetry)
          const goesOn = yield* Effect.isSuccess(Effect.timeout(pause(undefined), yield* remainingMillis))
          // Without time left to hear the answer, one more attempt would only make the outcome unknown.
          if (!goesOn || (yield* remainingMillis) === 0) return yield* Effect.flip(unsettled)
        }
      }
    )
    return { send }
  })
