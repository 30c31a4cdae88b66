import { Match, type MsgHdrs } from "@nats-io/nats-core"
import { Cause, Context, Deferred, Duration, Effect, Exit, FiberSet, Option, References, Tracer } from "effect"
import { Headers, HttpTraceContext } from "effect/http"
import * as HeaderText from "./internal/HeaderText.ts"
import * as LogOnChange from "./internal/LogOnChange.ts"
import { makeOverloadWatch } from "./internal/OverloadWatch.ts"
import { reconnectSchedule } from "./internal/ReconnectSchedule.ts"
import { NatsConnection } from "./NatsConnection.ts"
import { type NatsError } from "./NatsError.ts"
import { headerBytes, type HeaderRecord, type NatsMessage, type SocketSubscription } from "./NatsSocket.ts"

/** A request as it came in. Nothing about it is trusted. */
export interface IncomingMessage {
  readonly subject: string
  readonly body: Uint8Array
  /** The first value of a header, whatever the case of its name. */
  readonly header: (name: string) => string | undefined
  /** Why the headers cannot be read, which the broker does not look at; then there seem to be none. */
  readonly headersProblem?: string | undefined
}

/** An answer. Header values may hold any characters: they are percent-encoded where they must be. */
export interface Reply {
  readonly body: string
  readonly headers: HeaderRecord
}

/** How to take requests. */
export interface CommandSubscriptionOptions<R> {
  /** Wildcards allowed, for example `organization.commands.>`. */
  readonly subject: string
  /** Replicas with the same queue share the requests. */
  readonly queue: string
  /**
   * Prefixes of subjects that no answer goes to. Whoever asks may name any subject for the answer, and it is sent with the
   * permissions of this process: keep it away from what only this process may write. Subjects of the broker itself (`$…`)
   * never get one. Such a request is handled like one that wants no answer.
   */
  readonly noAnswersTo?: ReadonlyArray<string> | undefined
  /** Requests handled at once; each further one is answered by `overloaded` at once. */
  readonly maxInFlight: number
  /** How long requests in flight may take to finish once the subscription is interrupted. Default 20 seconds. */
  readonly drainTimeout?: Duration.Input | undefined
  /** Gives the answer to one request, in a fiber of its own. */
  readonly handle: (message: IncomingMessage) => Effect.Effect<Reply, never, R>
  readonly take?: (message: IncomingMessage, services: Context.Context<never>, respond: (reply: Reply) => void) => void
  /** The answer when there is no room. Called synchronously. */
  readonly overloaded: (message: IncomingMessage) => Reply
  /** A small answer for when `handle` dies or its answer is larger than the broker accepts. Called synchronously. */
  readonly defect: (message: IncomingMessage) => Reply
  /** Runs once the broker knows the subscription: from then on requests reach this process. */
  readonly onSubscribed?: Effect.Effect<void, never, R> | undefined
}

const drainTimeoutDefault: Duration.Input = "20 seconds"

const run = <R>(options: CommandSubscriptionOptions<R>): Effect.Effect<never, NatsError, NatsConnection | R> =>
  Effect.scoped(Effect.gen(function*() {
    const connection = yield* NatsConnection
    const traced = yield* References.TracerEnabled
    const ended = yield* Deferred.make<never, NatsError>()
    const handlers = yield* FiberSet.make<void>()
    const fork = yield* FiberSet.runtime(handlers)<R>()
    const subscribed = yield* Deferred.make<SocketSubscription>()
    const overload = yield* makeOverloadWatch(options.maxInFlight, connection.commands, Deferred.await(subscribed))
    const logger = LogOnChange.make()
    const forbidden = ["$", ...(options.noAnswersTo ?? []).map((prefix) => `${prefix}.`)]
    let inFlight = 0

    const forbiddenBy = (to: string): string | undefined => forbidden.find((prefix) => to.startsWith(prefix))

    const respond = (message: NatsMessage, incoming: IncomingMessage, reply: Reply): Effect.Effect<void> =>
      Effect.flatMap(connection.server, ({ maxPayloadBytes }) => {
        if (message.reply === undefined || message.reply === "") return Effect.void
        const prefix = forbiddenBy(message.reply)
        if (prefix !== undefined) {
          return logger.log("Warn", `a requester wants its answer on ${prefix}…, where none is sent`)
        }
        const headers = encodeHeaders(reply.headers)
        const bytes = Buffer.byteLength(reply.body) + headerBytes(headers)
        // Permissions to answer hold for the connection that the request came on.
        const { publish } = connection.commands
        if (maxPayloadBytes === 0 || bytes <= maxPayloadBytes) return publish(message.reply, reply.body, { headers })
        const small = options.defect(incoming)
        return Effect.andThen(
          Effect.logWarning(`an answer of ${bytes} bytes on ${message.subject} is more than the broker accepts`),
          publish(message.reply, small.body, { headers: encodeHeaders(small.headers) })
        )
      }).pipe(
        Effect.catchTag(
          "NatsError",
          (error) => Effect.logWarning(`an answer on ${message.subject} could not be sent: ${error.message}`)
        ),
        Effect.catchDefect((defect) => Effect.logError(`an answer on ${message.subject} could not be made`, defect))
      )

    /** At ten times the load that can be served nine of ten requests come here: no fiber, no span, no log line. */
    const refuse = (message: NatsMessage, incoming: IncomingMessage): void => {
      overload.refused()
      const to = message.reply
      if (to === undefined || to === "" || forbiddenBy(to) !== undefined) return
      // Without a connection nobody is waiting for it any more.
      Effect.runSyncExit(Effect.suspend(() => {
        const { body, headers } = options.overloaded(incoming)
        return connection.commands.publish(to, body, { headers: encodeHeaders(headers) })
      }))
    }

    /** In a span of its own where spans are wanted, else in the one that the requester names. */
    const inSpan = (
      handling: Effect.Effect<void, never, R>,
      message: NatsMessage,
      incoming: IncomingMessage
    ): Effect.Effect<void, never, R> => {
      const parent = parentOf(incoming)
      if (traced) {
        return handling.pipe(Effect.withSpan(`${options.queue} process`, {
          kind: "consumer",
          attributes: { "messaging.system": "nats", "messaging.destination.name": message.subject },
          ...(parent === undefined ? {} : { parent })
        }, { captureStackTrace: false }))
      }
      return parent === undefined ? handling : Effect.provideService(handling, Tracer.ParentSpan, parent)
    }

    const handleOne = (message: NatsMessage, incoming: IncomingMessage): Effect.Effect<void, never, R> => {
      const handling = Effect.suspend(() => options.handle(incoming)).pipe(
        Effect.catchCauseIf(
          (cause) => !Cause.hasInterruptsOnly(cause),
          (cause) => Effect.as(Effect.logError(`handling ${message.subject} died`, cause), options.defect(incoming))
        ),
        Effect.flatMap((reply) => respond(message, incoming, reply))
      )
      return inSpan(handling, message, incoming)
    }

    const services = yield* Effect.context()
    const takeNow = (message: NatsMessage, incoming: IncomingMessage): void => {
      const parent = parentOf(incoming)
      options.take!(
        incoming,
        parent === undefined ? services : Context.add(services, Tracer.ParentSpan, parent) as Context.Context<never>,
        (reply) => {
          inFlight -= 1
          const to = message.reply
          if (to === undefined || to === "") return
          const headers = headerLines(reply.headers)
          const body = Buffer.from(reply.body)
          const max = connection.commands.maxPayload()
          if (forbiddenBy(to) !== undefined || (max !== 0 && body.length + headers.length > max)) {
            fork(respond(message, incoming, reply))
            return
          }
          const error = connection.commands.send(to, body, headers)
          if (error !== undefined) fork(Effect.logWarning(`an answer could not be sent: ${error.message}`))
        }
      )
    }

    const onMessage = (message: NatsMessage): void => {
      const incoming = incomingOf(message)
      if (inFlight >= options.maxInFlight) {
        refuse(message, incoming)
        return
      }
      inFlight += 1
      if (!traced && options.take !== undefined) return takeNow(message, incoming)
      fork(Effect.suspend(() => handleOne(message, incoming))).addObserver(() => {
        inFlight -= 1
      })
    }

    const subscription = yield* connection.commands.subscribe({
      subject: options.subject,
      queue: options.queue,
      resubscribe: true,
      onMessage,
      onEnd: (error) => {
        Deferred.doneUnsafe(ended, Exit.fail(error))
      }
    })
    yield* Deferred.succeed(subscribed, subscription)
    yield* Effect.addFinalizer(() =>
      Effect.gen(function*() {
        const deadline = options.drainTimeout ?? drainTimeoutDefault
        const drained = yield* subscription.drain.pipe(
          Effect.andThen(FiberSet.awaitEmpty(handlers)),
          Effect.andThen(Effect.repeat(Effect.sleep(5), { until: () => inFlight === 0 })),
          Effect.andThen(Effect.ignore(connection.commands.flush)),
          Effect.timeoutOption(deadline)
        )
        if (Option.isNone(drained)) {
          yield* Effect.logWarning(`${inFlight} request(s) did not finish in time and are dropped`)
        }
      })
    )
    // The broker answers in order: when it refuses the subscription that is known before the flush is through.
    const known = Effect.retry(connection.commands.flush, {
      while: (error) => error.isRetryable,
      schedule: reconnectSchedule
    })
    yield* Effect.raceFirst(Deferred.await(ended), known)
    if (yield* Deferred.isDone(ended)) return yield* Deferred.await(ended)
    if (options.onSubscribed !== undefined) yield* options.onSubscribed
    return yield* Deferred.await(ended)
  }))

/** Headers that the client cannot read make it throw, and what is thrown in a callback ends its reading for good. */
const readHeaders = (message: NatsMessage): { readonly headers?: MsgHdrs | undefined; readonly problem?: string } => {
  try {
    return { headers: message.headers }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

const incomingOf = (message: NatsMessage): IncomingMessage => {
  const { headers, problem } = readHeaders(message)
  return {
    subject: message.subject,
    body: message.data,
    header: (name) =>
      headers === undefined || !headers.has(name, Match.IgnoreCase) ? undefined : headers.get(name, Match.IgnoreCase),
    headersProblem: problem
  }
}

const encodeHeaders = (headers: HeaderRecord): HeaderRecord => {
  const encoded: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]!
    encoded[name] = isLiteral(name, value) ? value : HeaderText.encode(value)
  }
  return encoded
}

/** What {@link encodeHeaders} comes to, as bytes. */
const headerLines = (headers: HeaderRecord): Uint8Array => {
  let text = "NATS/1.0\r\n"
  for (const name in headers) {
    const value = headers[name]!
    text = `${text}${name}: ${isLiteral(name, value) ? value : HeaderText.encode(value)}\r\n`
  }
  return Buffer.from(`${text}\r\n`)
}

/** Tracing systems do not decode, and a percent sign may stand in what they say. */
const isLiteral = (name: string, value: string): boolean => name === "tracestate" && /^[\x20-\x7E]*$/.test(value)

const parentOf = ({ header }: IncomingMessage) => {
  const traceparent = header("traceparent")
  if (traceparent === undefined || traceparent === "") return undefined
  return Option.getOrUndefined(HttpTraceContext.fromHeaders(Headers.fromRecordUnsafe({ traceparent })))
}

/**
 * `run` takes requests and answers each exactly once, for ever. Survives lost connections. Requests without a reply subject are
 * handled and not answered.
 *
 * When interrupted it stops taking requests, lets those in flight finish within `drainTimeout`, and flushes their answers.
 * Fails when the broker ends the subscription, for example because it is not permitted.
 */
export const CommandSubscription = { run }
