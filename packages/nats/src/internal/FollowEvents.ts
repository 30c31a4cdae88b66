import type { RecordedEvent } from "@cim-domain/event-sourcing/Event"
import type { StoreError } from "@cim-domain/event-sourcing/StoreError"
import { Cause, Duration, Effect, Queue, Ref, Schedule, Schema, Stream } from "effect"
import { NatsError, toStoreError, Unanswered } from "../NatsError.ts"
import type { NatsMessage, NatsSocket } from "../NatsSocket.ts"
import { fromConsumer, headersOf, record } from "./EventMessage.ts"
import { reconnectSchedule } from "./ReconnectSchedule.ts"
import * as StreamApi from "./StreamApi.ts"

/**
 * All events after a position, then those that come: an ordered push consumer (ADR-15, ADR-17) that lives on one
 * connection. Any doubt (a lost connection, a jump in the consumer's count, missing heartbeats) ends it, and a new one
 * starts after the last event that was handed on, so that nothing is lost or repeated.
 */

/** What following needs. */
export interface FollowSource {
  readonly bulk: NatsSocket
  readonly stream: string
  readonly prefix: string
}

/** The server sends a heartbeat this often when there is nothing else; two missing end the consumer. */
const heartbeatMillis = 5_000

/** The server forgets a consumer that nobody has listened to for so long. */
const inactiveMillis = 30_000

const ConsumerInfo = Schema.Struct({ name: Schema.String })
const decodeConsumer = StreamApi.decodeAnswer(Schema.decodeUnknownResult(ConsumerInfo))

const nanos = (millis: number) => millis * 1_000_000

interface Delivery {
  readonly position: number
  readonly consumerSequence: number
  readonly time: number
}

/** Reads `$JS.ACK.[domain.account.]stream.consumer.deliveries.position.count.time.pending[.token]`. */
const parseDelivery = (reply: string): Delivery | undefined => {
  const tokens = reply.split(".")
  const offset = tokens.length === 9 ? 4 : tokens.length >= 11 ? 6 : undefined
  if (offset === undefined || tokens[0] !== "$JS" || tokens[1] !== "ACK") return undefined
  return {
    position: Number(tokens[offset + 1]),
    consumerSequence: Number(tokens[offset + 2]),
    time: Math.floor(Number(tokens[offset + 3]) / 1_000_000)
  }
}

const interrupted = (detail: string) => new NatsError({ reason: new Unanswered({ subject: "consumer", detail }) })

/**
 * Follows for ever, from a position or from the end as it is when the stream starts. Fails with `StoreMissing` when `check`
 * says so; whatever passes is waited out.
 */
export const followEvents = (
  source: FollowSource,
  after: number | "end",
  check: Effect.Effect<void, StoreError>
): Stream.Stream<RecordedEvent, StoreError> =>
  Stream.unwrap(
    Effect.map(Ref.make<number | undefined>(after === "end" ? undefined : after), (seen) =>
      Stream.suspend(() =>
        followOnce(source, seen)
      ).pipe(
        Stream.tap((event) => Ref.set(seen, event.position)),
        Stream.catchTag("NatsError", (error) =>
          error.isRetryable || error.reason._tag === "StreamMissing"
            ? Stream.unwrap(Effect.as(check, Stream.fail(error)))
            : Stream.fail(toStoreError(error, { _tag: "Read", store: source.stream }))),
        Stream.retry(retrySchedule),
        Stream.mapError((error) =>
          error._tag === "NatsError" ? toStoreError(error, { _tag: "Read", store: source.stream }) : error
        )
      ))
  )

const retrySchedule = reconnectSchedule.pipe(
  Schedule.setInputType<NatsError | StoreError>(),
  Schedule.while(({ input }) => input._tag === "NatsError")
)

type Item =
  | { readonly _tag: "Message"; readonly message: NatsMessage; readonly delivery: Delivery }
  | { readonly _tag: "FlowControl"; readonly reply: string }

/** Once the end is known it is the position to go on from, also when the connection is lost before the first event. */
const startPosition = Effect.fnUntraced(function*(source: FollowSource, seen: Ref.Ref<number | undefined>) {
  const known = yield* Ref.get(seen)
  if (known !== undefined) return known
  const { state } = yield* StreamApi.info(source.bulk, source.stream)
  yield* Ref.set(seen, state.last_seq)
  return state.last_seq
})

const followOnce = (
  source: FollowSource,
  seen: Ref.Ref<number | undefined>
): Stream.Stream<RecordedEvent, NatsError> =>
  Stream.callback<Item, NatsError>((queue) =>
    Effect.gen(function*() {
      const inbox = yield* source.bulk.inbox
      const from = (yield* startPosition(source, seen)) + 1
      let expected = 1
      let alive = true
      const end = (error: NatsError) => {
        Queue.failCauseUnsafe(queue, Cause.fail(error))
      }
      yield* source.bulk.subscribe({
        subject: inbox,
        resubscribe: false,
        onEnd: end,
        onMessage: (message) => {
          alive = true
          const headers = headersOf(message)
          const status = headers?.code ?? 0
          if (status === 100) {
            const reply = message.reply === undefined || message.reply === ""
              ? headers?.get("Nats-Consumer-Stalled") ?? ""
              : message.reply
            const last = headers?.get("Nats-Last-Consumer") ?? ""
            if (last !== "" && Number(last) >= expected) return end(interrupted("events were lost on the way"))
            if (reply !== "") Queue.offerUnsafe(queue, { _tag: "FlowControl", reply })
            return
          }
          if (status !== 0) return end(interrupted(headers?.description ?? `status ${status}`))
          const delivery = parseDelivery(message.reply ?? "")
          if (delivery === undefined || delivery.consumerSequence !== expected) {
            return end(interrupted("events arrived out of order"))
          }
          expected += 1
          Queue.offerUnsafe(queue, { _tag: "Message", message, delivery })
        }
      })
      yield* createConsumer(source, inbox, from)
      const watchHeartbeats = Effect.suspend(() => {
        if (!alive) end(interrupted("heartbeats are missing"))
        alive = false
        return Effect.void
      }).pipe(Effect.delay(Duration.millis(heartbeatMillis * 2)), Effect.forever)
      return yield* watchHeartbeats
    }), {
    // The server's flow control bounds what is on the way: it waits until the item that asks for more has been taken.
    bufferSize: Number.POSITIVE_INFINITY
  }).pipe(
    Stream.mapEffect((item) =>
      item._tag === "Message"
        ? Effect.succeed([item])
        // The server goes on once everything before has been taken.
        : Effect.as(source.bulk.publish(item.reply, ""), [])
    ),
    Stream.flattenIterable,
    Stream.map(({ delivery, message }) => {
      const event = fromConsumer(source.prefix, message, delivery.position, delivery.time)
      return record(event, event.version ?? 0)
    })
  )

const createConsumer = (source: FollowSource, inbox: string, from: number) => {
  const name = `follow_${inbox.split(".").at(-1)}`
  const subject = `$JS.API.CONSUMER.CREATE.${source.stream}.${name}`
  const request = JSON.stringify({
    stream_name: source.stream,
    action: "create",
    config: {
      name,
      deliver_subject: inbox,
      deliver_policy: "by_start_sequence",
      opt_start_seq: from,
      ack_policy: "none",
      replay_policy: "instant",
      max_deliver: 1,
      flow_control: true,
      idle_heartbeat: nanos(heartbeatMillis),
      inactive_threshold: nanos(inactiveMillis),
      mem_storage: true,
      num_replicas: 1
    }
  })
  return Effect.flatMap(
    source.bulk.request(subject, request, { timeoutMillis: StreamApi.streamApiTimeoutMillis }),
    (answer) => Effect.fromResult(decodeConsumer(answer))
  )
}
