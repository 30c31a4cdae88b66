import type { ObservedEvent } from "@cim-domain/event-sourcing/EventStore"
import type { StoreError } from "@cim-domain/event-sourcing/StoreError"
import { Effect, Queue, Schedule } from "effect"
import { type NatsError, toStoreError } from "../NatsError.ts"
import type { NatsSocket } from "../NatsSocket.ts"
import { aggregateIdOf, fromConsumer, record } from "./EventMessage.ts"
import { consume } from "./OrderedConsumer.ts"
import { reconnectSchedule } from "./ReconnectSchedule.ts"
import * as StreamApi from "./StreamApi.ts"

/**
 * Events as they pass by, for somebody who wants few of them: ordered consumers as in `FollowEvents.ts`, but each message is
 * handed on where it arrives, without a queue and a fiber in between, and headers and body are not read until they are
 * asked for. Nothing piles up in the process: the server sends no more than its window, at most 64 MiB, until what it sent
 * has been handed on.
 */

/** What observing needs. */
export interface ObserveSource {
  readonly socket: NatsSocket
  readonly stream: string
  readonly prefix: string
}

/**
 * Observes for ever, from the end as it is when it starts. Fails with `StoreMissing` when `check` says so, and with what does
 * not pass; a lost connection and the like are waited out.
 */
export const observeEvents = (
  source: ObserveSource,
  check: Effect.Effect<void, StoreError>,
  onEvent: (event: ObservedEvent) => void
): Effect.Effect<never, StoreError> =>
  Effect.gen(function*() {
    let seen: number | undefined
    const { prefix, socket, stream } = source
    const flowControl = yield* Queue.unbounded<string>()

    const once = Effect.gen(function*() {
      seen ??= (yield* StreamApi.info(socket, stream)).state.last_seq
      return yield* consume(socket, stream, seen + 1, {
        onFlowControl: (reply) => Queue.offerUnsafe(flowControl, reply),
        onMessage: (message, { position, time }) => {
          seen = position
          onEvent({
            aggregateId: aggregateIdOf(prefix, message.subject),
            position,
            read: () => {
              const event = fromConsumer(prefix, message, position, time)
              return record(event, event.version ?? 0)
            }
          })
        }
      })
    }).pipe(
      Effect.catchTag("NatsError", (error) =>
        error.isRetryable || error.reason._tag === "StreamMissing"
          ? Effect.andThen(check, Effect.fail(error))
          : Effect.fail(toStoreError(error, { _tag: "Read", store: stream })))
    )
    // What came to an end after it had seen something begins again at once, with short pauses.
    const attempt = Effect.suspend(() => {
      const before = seen
      return Effect.catchIf(once, (error) => error._tag === "NatsError" && seen !== before, () => Effect.void)
    })
    const forEver = Effect.forever(Effect.retry(attempt, retrySchedule)).pipe(
      Effect.catchTag("NatsError", (error) => Effect.fail(toStoreError(error, { _tag: "Read", store: stream })))
    )
    const goOn = Effect.forever(
      Effect.flatMap(Queue.take(flowControl), (reply) => Effect.ignore(socket.publish(reply, "")))
    )
    return yield* Effect.raceFirst(forEver, goOn)
  })

const retrySchedule = reconnectSchedule.pipe(
  Schedule.setInputType<NatsError | StoreError>(),
  Schedule.while(({ input }) => input._tag === "NatsError")
)
