import { makeTroubleLog } from "@cim-domain/event-sourcing/TroubleLog"
import { Clock, Context, Deferred, Duration, Effect, Exit, FiberSet, Option, References, Tracer } from "effect"
import { Headers, HttpTraceContext } from "effect/http"
import { NatsConnection } from "../connection/NatsConnection.ts"
import { type NatsError } from "../connection/NatsError.ts"
import type { NatsMessage, NatsSocket, SocketSubscription } from "../connection/NatsSocket.ts"
import { reconnectSchedule } from "../connection/reconnectSchedule.ts"
import { headerBlockOf } from "../message/HeaderValues.ts"
import { type IncomingMessage, incomingOf, type Reply } from "./IncomingMessage.ts"
import { InFlight } from "./InFlight.ts"
import { largeBytes, LargeRequests } from "./LargeRequests.ts"
import { makeOverloadWatch, type OverloadWatch } from "./OverloadWatch.ts"
import { makeResponder, type Responder } from "./Responder.ts"

export type { IncomingMessage, Reply }

/** What a request comes to: an answer, nothing when it was interrupted, or the defect that it died of. */
export type Respond = (exit: Exit.Exit<Reply>) => void

/**
 * Takes one request, with the services of the subscription and the span that it belongs to, and calls `respond` once, perhaps at
 * once. Gives what gives the request up, if that can be; `respond` need not be called then.
 */
export type Take<R> = (
  message: IncomingMessage,
  services: Context.Context<R>,
  respond: Respond
) => (() => void) | void

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
  /** Bytes of the bodies and headers of all requests that are handled at once; a further large one is answered by `overloaded`, unless it is alone. Default 18 MiB. */
  readonly maxBytesInFlight?: number | undefined
  /** How long requests in flight may take to finish once the subscription is interrupted. Default 20 seconds. */
  readonly drainTimeout?: Duration.Input | undefined
  /** Takes one request: see {@link Take}; {@link CommandSubscription} has `takeBy` for those that are an effect. */
  readonly take: Take<R>
  /** The answer when there is no room. Called synchronously. */
  readonly overloaded: (message: IncomingMessage) => Reply
  /** A small answer for when a request dies or its answer is larger than the broker accepts. Called synchronously. */
  readonly defect: (message: IncomingMessage) => Reply
  /** Runs once the broker knows the subscription: from then on requests reach this process. */
  readonly onSubscribed?: Effect.Effect<void, never, R> | undefined
}

const drainTimeoutDefault: Duration.Input = "20 seconds"

/** 64 of the largest commands, with room for what comes beside them. */
const maxBytesInFlightDefault = 18 * 1024 * 1024

const run = <R>(options: CommandSubscriptionOptions<R>): Effect.Effect<never, NatsError, NatsConnection | R> =>
  Effect.scoped(Effect.gen(function*() {
    const connection = yield* NatsConnection
    const traced = yield* References.TracerEnabled
    const ended = yield* Deferred.make<never, NatsError>()
    const fork = yield* FiberSet.makeRuntime<never, void>()
    const subscribed = yield* Deferred.make<SocketSubscription>()
    const overload = yield* makeOverloadWatch(
      `${options.maxInFlight} requests, or as many large ones as there is room for,`,
      connection.commands,
      Deferred.await(subscribed)
    )
    const { found } = yield* makeTroubleLog
    const inFlight = new InFlight()
    const onMessage = makeIntake(options, {
      overload,
      responder: makeResponder(connection.commands, options, { fork, found }),
      inFlight,
      traced,
      services: yield* Effect.context<R>()
    })
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
      drain(subscription, inFlight, connection.commands, options.drainTimeout ?? drainTimeoutDefault)
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

/** What requests are taken in with. */
interface IntakeParts<R> {
  readonly overload: OverloadWatch
  readonly responder: Responder
  readonly inFlight: InFlight
  readonly traced: boolean
  readonly services: Context.Context<R>
}

/** Takes messages in, or refuses them, as plain calls. */
const makeIntake = <R>(
  options: CommandSubscriptionOptions<R>,
  { inFlight, overload, responder, services, traced }: IntakeParts<R>
): (message: NatsMessage) => void => {
  const maxBytes = options.maxBytesInFlight ?? maxBytesInFlightDefault
  const large = new LargeRequests()

  /** Large ones must leave room for those that are small: in slots the half, in bytes as much as small ones ever take. */
  const hasRoomFor = (bytes: number): boolean =>
    large.waiting < options.maxInFlight / 2 && (inFlight.bytes === 0 || inFlight.bytes + bytes <= maxBytes)

  const onMessage = (message: NatsMessage): void => {
    const incoming = incomingOf(message)
    const bytes = message.data.length + (headerBlockOf(message)?.length ?? 0)
    const isLarge = bytes > largeBytes
    if (inFlight.count >= options.maxInFlight || (isLarge && !hasRoomFor(bytes))) {
      overload.refused()
      return responder.refuse(message, incoming)
    }
    const number = inFlight.begin(bytes)
    if (!isLarge) return begin(message, incoming, number)
    const leave = large.enter(() => begin(message, incoming, number), () => {
      if (!inFlight.end(number)) return
      overload.refused()
      responder.refuse(message, incoming)
    })
    inFlight.canGiveUp(number, leave)
  }

  const begin = (message: NatsMessage, incoming: IncomingMessage, number: number): void => {
    let span: Tracer.Span | undefined
    const end = (exit: Exit.Exit<Reply>) => span?.end(Context.get(services, Clock.Clock).currentTimeNanosUnsafe(), exit)
    const respond = (exit: Exit.Exit<Reply>) => {
      if (!inFlight.end(number)) return
      end(exit)
      responder.answer(message, incoming, exit)
    }
    try {
      const parent = parentOf(incoming)
      if (traced) span = startSpan(services, `${options.queue} process`, message.subject, parent)
      const within = span ?? parent
      const own = within === undefined ? services : Context.add(services, Tracer.ParentSpan, within)
      const giveUp = options.take(incoming, own, respond)
      if (giveUp === undefined) return
      inFlight.canGiveUp(number, () => {
        giveUp()
        end(Exit.interrupt())
      })
    } catch (defect) {
      respond(Exit.die(defect))
    }
  }

  return onMessage
}

/** Waits until what was taken is answered, and gives up what takes too long. */
const drain = Effect.fnUntraced(function*(
  subscription: SocketSubscription,
  inFlight: InFlight,
  socket: NatsSocket,
  deadline: Duration.Input
) {
  const drained = yield* subscription.drain.pipe(
    Effect.andThen(inFlight.none),
    Effect.andThen(Effect.ignore(socket.flush)),
    Effect.timeoutOption(deadline)
  )
  if (Option.isNone(drained)) {
    yield* Effect.logWarning(`${inFlight.count} request(s) did not finish in time and are dropped`)
    inFlight.giveUp()
  }
})

/** Of its own where spans are wanted, within the one that the requester names. */
const startSpan = (
  services: Context.Context<never>,
  name: string,
  subject: string,
  parent: Tracer.AnySpan | undefined
): Tracer.Span =>
  Effect.runSyncWith(services)(Effect.makeSpan(name, {
    kind: "consumer",
    attributes: { "messaging.system": "nats", "messaging.destination.name": subject },
    ...(parent === undefined ? {} : { parent })
  }))

const parentOf = ({ header }: IncomingMessage) => {
  const traceparent = header("traceparent")
  if (traceparent === undefined || traceparent === "") return undefined
  return Option.getOrUndefined(HttpTraceContext.fromHeaders(Headers.fromRecordUnsafe({ traceparent })))
}

/** Takes requests by an effect, each in a fiber of its own. */
const takeBy = <R>(handle: (message: IncomingMessage) => Effect.Effect<Reply, never, R>): Take<R> =>
(
  message,
  services,
  respond
) => {
  const fiber = Effect.runForkWith(services)(Effect.suspend(() => handle(message)))
  fiber.addObserver(respond)
  return () => fiber.interruptUnsafe()
}

/**
 * `run` takes requests and answers each exactly once, for ever. Survives lost connections. Requests without a reply subject are
 * handled and not answered.
 *
 * When interrupted it stops taking requests, lets those in flight finish within `drainTimeout`, and flushes their answers.
 * Fails when the broker ends the subscription, for example because it is not permitted.
 */
export const CommandSubscription = { run, takeBy }
