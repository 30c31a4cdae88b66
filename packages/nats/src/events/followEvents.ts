import type { RecordedEvent } from "@cim-domain/event-sourcing/Event"
import type { StoreError } from "@cim-domain/event-sourcing/StoreError"
import { Effect, Queue, Ref, Schedule, Stream } from "effect"
import { type NatsError, toStoreError } from "../connection/NatsError.ts"
import type { NatsMessage, NatsSocket } from "../connection/NatsSocket.ts"
import { reconnectSchedule } from "../connection/reconnectSchedule.ts"
import * as StreamApi from "../stream/StreamApi.ts"
import { consumeInOrder, type Delivery } from "./consumeInOrder.ts"
import { fromConsumer, record } from "./EventMessage.ts"

/**
 * All events after a position, then those that come: ordered consumers, one after the other. When one ends, the next starts
 * after the last event that was handed on, so that nothing is lost or repeated.
 */

/** What following needs. */
export interface FollowSource {
  readonly bulk: NatsSocket
  readonly stream: string
  readonly prefix: string
}

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
  Stream.callback<Item, NatsError>(
    (queue) =>
      Effect.flatMap(startPosition(source, seen), (position) =>
        consumeInOrder(source.bulk, source.stream, position + 1, {
          onMessage: (message, delivery) => Queue.offerUnsafe(queue, { _tag: "Message", message, delivery }),
          onFlowControl: (reply) => Queue.offerUnsafe(queue, { _tag: "FlowControl", reply })
        })),
    {
      // The server's flow control bounds what is on the way: it waits until the item that asks for more has been taken.
      bufferSize: Number.POSITIVE_INFINITY
    }
  ).pipe(
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
