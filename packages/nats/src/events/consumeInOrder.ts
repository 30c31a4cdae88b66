import { Deferred, Duration, Effect, Schema } from "effect"
import { NatsError, Unanswered } from "../connection/NatsError.ts"
import type { NatsMessage, NatsSocket } from "../connection/NatsSocket.ts"
import * as StreamApi from "../stream/StreamApi.ts"
import { headersOf } from "./EventMessage.ts"

/**
 * An ordered push consumer (ADR-15, ADR-17), which lives on one connection and in the memory of the server. Any doubt (a lost
 * connection, a jump in its count, missing heartbeats) ends it; whoever needs more makes another one.
 */

/** The server sends a heartbeat this often when there is nothing else; two missing end the consumer. */
const heartbeatMillis = 5_000

/** The server forgets a consumer that nobody has listened to for so long. */
const inactiveMillis = 30_000

const ConsumerInfo = Schema.Struct({ name: Schema.String })
const decodeConsumer = StreamApi.decodeAnswer(Schema.decodeUnknownResult(ConsumerInfo))

const nanos = (millis: number) => millis * 1_000_000

/** What the server says of a message beside it. */
export interface Delivery {
  readonly position: number
  /** Milliseconds since 1970. */
  readonly time: number
}

/** Whom a consumer tells. All are called synchronously. */
export interface ConsumerListener {
  readonly onMessage: (message: NatsMessage, delivery: Delivery) => void
  /** The server sends no more than a window until something is published here, when what came before has been taken. */
  readonly onFlowControl: (reply: string) => void
}

/** Reads `$JS.ACK.[domain.account.]stream.consumer.deliveries.position.count.time.pending[.token]`. */
const parseDelivery = (reply: string): Delivery & { readonly count: number } | undefined => {
  const tokens = reply.split(".")
  const offset = tokens.length === 9 ? 4 : tokens.length >= 11 ? 6 : undefined
  if (offset === undefined || tokens[0] !== "$JS" || tokens[1] !== "ACK") return undefined
  return {
    position: Number(tokens[offset + 1]),
    count: Number(tokens[offset + 2]),
    time: Math.floor(Number(tokens[offset + 3]) / 1_000_000)
  }
}

const interrupted = (detail: string) => new NatsError({ reason: new Unanswered({ subject: "consumer", detail }) })

/** Consumes the messages of a stream from a position on, or those that come, until something ends it. */
export const consumeInOrder = (
  socket: NatsSocket,
  stream: string,
  from: number | "new",
  { onFlowControl, onMessage }: ConsumerListener
): Effect.Effect<never, NatsError> =>
  Effect.gen(function*() {
    const inbox = yield* socket.inbox
    const ended = yield* Deferred.make<never, NatsError>()
    const end = (error: NatsError) => {
      Deferred.doneUnsafe(ended, Effect.fail(error))
    }
    let expected = 1
    let alive = true

    const onStatus = (message: NatsMessage) => {
      const headers = headersOf(message)
      const status = headers?.code ?? 0
      if (status !== 100) return end(interrupted(headers?.description ?? `status ${status}`))
      const reply = message.reply === undefined || message.reply === ""
        ? headers?.get("Nats-Consumer-Stalled") ?? ""
        : message.reply
      const last = headers?.get("Nats-Last-Consumer") ?? ""
      if (last !== "" && Number(last) >= expected) return end(interrupted("events were lost on the way"))
      if (reply !== "") onFlowControl(reply)
    }

    yield* socket.subscribe({
      subject: inbox,
      resubscribe: false,
      onEnd: end,
      onMessage: (message) => {
        alive = true
        // What is stored comes under its own subject.
        if (message.subject === inbox) return onStatus(message)
        const delivery = parseDelivery(message.reply ?? "")
        if (delivery === undefined || delivery.count !== expected) {
          return end(interrupted("events arrived out of order"))
        }
        expected += 1
        onMessage(message, delivery)
      }
    })
    yield* createConsumer(socket, stream, inbox, from)
    const watchHeartbeats = Effect.suspend(() => {
      if (!alive) end(interrupted("heartbeats are missing"))
      alive = false
      return Effect.void
    }).pipe(Effect.delay(Duration.millis(heartbeatMillis * 2)), Effect.forever)
    return yield* Effect.raceFirst(Deferred.await(ended), watchHeartbeats)
  }).pipe(Effect.scoped)

const createConsumer = (socket: NatsSocket, stream: string, inbox: string, from: number | "new") => {
  const name = `follow_${inbox.split(".").at(-1)}`
  const subject = `${socket.jetStreamApi}.CONSUMER.CREATE.${stream}.${name}`
  const request = JSON.stringify({
    stream_name: stream,
    action: "create",
    config: {
      name,
      deliver_subject: inbox,
      ...(from === "new"
        ? { deliver_policy: "new" }
        : { deliver_policy: "by_start_sequence", opt_start_seq: from }),
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
    socket.request(subject, request, { timeoutMillis: StreamApi.streamApiTimeoutMillis }),
    (answer) => Effect.fromResult(decodeConsumer(answer))
  )
}
