import type { ObservedEvent } from "@cim-domain/event-sourcing/EventStore"
import type { StoreError } from "@cim-domain/event-sourcing/StoreError"
import { Effect, Queue, Schedule } from "effect"
import { type NatsError, toStoreError } from "../connection/NatsError.ts"
import type { NatsSocket } from "../connection/NatsSocket.ts"
import { reconnectSchedule } from "../connection/reconnectSchedule.ts"
import { consumeInOrder } from "./consumeInOrder.ts"
import { aggregateIdOf, fromConsumer, record } from "./EventMessage.ts"

/**
 * Events as they pass by, for somebody who wants few of them and can do without: each message is handed on where it arrives,
 * without a queue and a fiber in between, and headers and body are not read until they are asked for.
 *
 * They come over the connection of the appends, often in one read with acknowledgements: over one of its own an event of this
 * replica would take three times as much processor time. So nothing that was missed is fetched, which would hold up
 * acknowledgements; and the server sends no more than its window of flow control, at most 32 MiB, before what it sent has been
 * handed on.
 */

/** What observing needs. */
export interface ObserveSource {
  readonly main: NatsSocket
  readonly stream: string
  readonly prefix: string
}

/**
 * Observes for ever. Fails with `StoreMissing` when `check` says so, and with what does not pass; a lost connection and the
 * like are waited out.
 */
export const observeEvents = (
  { main, prefix, stream }: ObserveSource,
  check: Effect.Effect<void, StoreError>,
  onEvent: (event: ObservedEvent) => void
): Effect.Effect<never, StoreError> =>
  Effect.gen(function*() {
    const flowControl = yield* Queue.unbounded<string>()
    let observed = 0
    const inWords = (error: NatsError) => toStoreError(error, { _tag: "Read", store: stream })

    const once = consumeInOrder(main, stream, "new", {
      onFlowControl: (reply) => Queue.offerUnsafe(flowControl, reply),
      onMessage: (message, { position, time }) => {
        observed += 1
        onEvent({
          aggregateId: aggregateIdOf(prefix, message.subject),
          position,
          bytes: message.data.length,
          read: () => {
            const event = fromConsumer(prefix, message, position, time)
            return record(event, event.version ?? 0)
          }
        })
      }
    }).pipe(
      Effect.catchTag("NatsError", (error) =>
        error.isRetryable || error.reason._tag === "StreamMissing"
          ? Effect.andThen(check, Effect.fail(error))
          : Effect.fail(inWords(error)))
    )
    // After it has observed something the pauses begin short again.
    const attempt = Effect.suspend(() => {
      const before = observed
      return Effect.catchIf(once, (error) => error._tag === "NatsError" && observed > before, () => Effect.void)
    })
    const forEver = Effect.forever(Effect.retry(attempt, retrySchedule)).pipe(
      Effect.catchTag("NatsError", (error) => Effect.fail(inWords(error)))
    )
    const goOn = Effect.forever(
      Effect.flatMap(Queue.take(flowControl), (reply) => Effect.ignore(main.publish(reply, "")))
    )
    return yield* Effect.raceFirst(forEver, goOn)
  })

const retrySchedule = reconnectSchedule.pipe(
  Schedule.setInputType<NatsError | StoreError>(),
  Schedule.while(({ input }) => input._tag === "NatsError")
)
