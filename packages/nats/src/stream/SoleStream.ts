import { Clock, Deferred, Effect, Schedule, type Scope } from "effect"
import type { NatsConnection } from "../connection/NatsConnection.ts"
import type { NatsError } from "../connection/NatsError.ts"
import type { NatsMessage, NatsSocket } from "../connection/NatsSocket.ts"
import { StreamUnusable } from "./EventStreamError.ts"

/**
 * Subjects belong to one stream, within one JetStream domain the broker sees to that. A leaf node joins the subjects of two
 * domains and keeps their streams apart: then two streams store what is published, each by its own order. Replicas of both would
 * acknowledge different commands under one version, so such a stream is no stream of record.
 *
 * Nothing tells which streams listen on a subject. But one that is expected to be another stream refuses, stores nothing, and says
 * who it is.
 */

/** How long other streams may take to refuse; one behind a slower line is found by its first acknowledgement. */
const windowMillis = 1_000

/** A leader that was cut off goes on answering for up to 16 seconds, and is no other stream. */
const deposedMillis = 20_000

/** A name that no stream has: blanks are not permitted. */
const nobody = "none of them"

/** The names of the streams that store a subject like these, each as often as it answers; waits no longer once `enough`. */
export const streamsOn = (
  socket: NatsSocket,
  subjects: string,
  enough: (names: ReadonlyArray<string>) => boolean
): Effect.Effect<ReadonlyArray<string>, NatsError> =>
  Effect.suspend(() => {
    const names: Array<string> = []
    const isAnswer = (message: NatsMessage): boolean => {
      const { stream } = readAck(message)
      if (stream !== undefined) names.push(stream)
      return enough(names)
    }
    return socket.request(subjects.replace(/>$/, "stream.probe"), "", {
      headers: { "Nats-Expected-Stream": nobody },
      timeoutMillis: windowMillis,
      isAnswer
    }).pipe(
      Effect.as(names),
      Effect.catchReasons("NatsError", {
        Unanswered: () => Effect.succeed(names),
        NoResponders: () => Effect.succeed([])
      }),
      // Who may not publish here stores nothing either.
      Effect.catchReason("NatsError", "PermissionRefused", () => Effect.succeed([]))
    )
  })

/** An acknowledgement is small; what is larger is the late answer to something else. */
const ackBytesMax = 512

const readAck = (
  message: NatsMessage
): { readonly stream?: string; readonly domain?: string; readonly seq?: number } => {
  if (message.data.length === 0 || message.data.length > ackBytesMax) return {}
  try {
    const { domain, seq, stream } = message.json<Record<string, unknown>>()
    return {
      ...(typeof stream === "string" ? { stream } : {}),
      ...(typeof domain === "string" ? { domain } : {}),
      ...(typeof seq === "number" ? { seq } : {})
    }
  } catch {
    return {}
  }
}

/** A stream as its leader describes it. */
export interface OwnStream {
  readonly name: string
  readonly subjects: string
  readonly domain: string | undefined
  readonly replicas: number
}

/** Knows whether another stream stores the subjects of this one. */
export interface SoleStream {
  /** Another stream has answered a publish. Called synchronously. */
  readonly report: (by: string) => void
  /** Whether another stream has answered. */
  readonly isShared: () => boolean
  /** Never ends, but by failing with `StreamUnusable` once another stream has answered. */
  readonly watch: Effect.Effect<never, StreamUnusable>
}

/**
 * Looks for other streams of that name. With a domain, where leaf nodes are likely, the look is awaited and what it finds fails
 * with `StreamUnusable`; otherwise it goes on beside. Later ones are known by their acknowledgements.
 */
export const makeSoleStream = Effect.fnUntraced(function*(
  { commands, main }: Pick<NatsConnection["Service"], "commands" | "main">,
  own: OwnStream
): Effect.fn.Return<SoleStream, StreamUnusable | NatsError, Scope.Scope> {
  const found = yield* Deferred.make<never, StreamUnusable>()
  const report = (by: string) => {
    Deferred.doneUnsafe(found, Effect.fail(shared(own, by)))
  }
  yield* main.onStray((message) => {
    const { domain, seq, stream } = readAck(message)
    if (stream === own.name && seq !== undefined && seq > 0 && domain !== own.domain) {
      report(
        `a stream ${stream} ${domain === undefined ? "without a JetStream domain" : `of JetStream domain ${domain}`}`
      )
    }
  })

  const isTwice = (names: ReadonlyArray<string>) => names.filter((name) => name === own.name).length > 1
  const look = Effect.map(streamsOn(commands, own.subjects, isTwice), isTwice)
  const lookAgain = Effect.gen(function*() {
    const since = yield* Clock.currentTimeMillis
    while (yield* look) {
      const now = yield* Clock.currentTimeMillis
      if (own.replicas === 1 || now - since > deposedMillis) return report(`another stream ${own.name}`)
      yield* Effect.sleep("1 second")
    }
  }).pipe(Effect.retry({ while: (error) => error.isRetryable, schedule: Schedule.spaced("1 second") }))

  yield* own.domain === undefined ? Effect.forkScoped(Effect.ignore(lookAgain)) : lookAgain
  if (yield* Deferred.isDone(found)) return yield* Deferred.await(found)
  return { report, isShared: () => Deferred.isDoneUnsafe(found), watch: Deferred.await(found) }
})

const shared = ({ domain, name, subjects }: OwnStream, by: string) =>
  new StreamUnusable({
    stream: name,
    problem: `${by} stores ${subjects} as well, beside this one${
      domain === undefined ? "" : ` of JetStream domain ${domain}`
    }: histories would fork. Keep one of them, and let replicas behind a leaf node use it by JETSTREAM_DOMAIN`
  })
