import type { AppendedPositions, AppendPart, AppendParts, Submit } from "@cim-domain/event-sourcing/Append"
import { spanned } from "@cim-domain/event-sourcing/spanned"
import { makeTroubleLog } from "@cim-domain/event-sourcing/TroubleLog"
import { Array as Arr, Duration, Effect, Exit, References, Result, type Scope } from "effect"
import { NatsConnection } from "../connection/NatsConnection.ts"
import { toStoreError } from "../connection/NatsError.ts"
import { BatchIds } from "../stream/BatchIds.ts"
import { EventStream } from "../stream/EventStream.ts"
import { type AppendOperation, makeAppendFailures, tooLarge, unconfirmed } from "./AppendFailures.ts"
import { appendFault } from "./appendFault.ts"
import { makeAppendQueue, sizeOf } from "./AppendQueue.ts"
import { eventHeaders, expectationLines, filterOf, subjectOf } from "./EventMessage.ts"
import { batchLinesBytesMax, type EncodedMessage } from "./publishEvents.ts"

/** Bounds of the event store; all have a default. */
export interface JetStreamEventStoreOptions {
  /** How long to wait for the acknowledgement of an append, or of the batch that it shares. Default 5 seconds. */
  readonly ackTimeout?: Duration.Input | undefined
  /** Appends in flight at once, further ones wait. Default 256. */
  readonly maxAppendsInFlight?: number | undefined
}

const ackTimeoutDefault: Duration.Input = "5 seconds"
const maxAppendsInFlightDefault = 256

/** What is added to the size of a message, so that the broker never has to refuse one. */
const marginBytes = 128

/** Makes the callback that appends to the stream: with a span of its own for each append where there is a tracer. */
export const makeSubmit = Effect.fnUntraced(function*(
  options: JetStreamEventStoreOptions
): Effect.fn.Return<Submit, never, NatsConnection | EventStream | Scope.Scope> {
  const connection = yield* NatsConnection
  const stream = yield* EventStream
  const traced = yield* References.TracerEnabled
  const troubles = yield* makeTroubleLog
  const { explain, tell } = makeAppendFailures(connection, stream, troubles, yield* Effect.context())
  const { mayShare, send } = makeAppendQueue(
    connection,
    stream,
    yield* BatchIds,
    options.maxAppendsInFlight ?? maxAppendsInFlightDefault,
    Duration.toMillis(Duration.fromInputUnsafe(options.ackTimeout ?? ackTimeoutDefault))
  )

  /** Nothing but plain calls from the events to their acknowledgement: each command comes this way. */
  const submit: Submit = (parts, _, onDone) => {
    const refusal = stream.refusal()
    if (refusal !== undefined) return onDone(Exit.fail(refusal))
    const fault = appendFault(parts)
    if (fault !== undefined) return onDone(Exit.die(fault))
    const messages = parts.length === 1
      ? encodePart(stream, parts[0])
      : parts.flatMap((part) => encodePart(stream, part))
    const max = connection.main.maxPayload()
    const places = mayShare() || messages.length > 1 ? batchLinesBytesMax : 0
    const bytes = messages.reduce((most, message) => Math.max(most, sizeOf(message) + marginBytes + places), 0)
    if (max > 0 && bytes > max) {
      return onDone(Exit.fail(toStoreError(tooLarge(max, bytes), operationOf(stream.name, parts))))
    }
    return send(parts, messages, (stored) => {
      if (Result.isFailure(stored)) return tell(explain(stored.failure, operationOf(stream.name, parts), bytes), onDone)
      // It may have become so while this one was on its way, and then nobody knows where the events are.
      const late = stream.refusal()
      if (late !== undefined) return tell(unconfirmed(operationOf(stream.name, parts), late.message), onDone)
      troubles.works()
      const exit = Exit.succeed(positionsOf(parts, stored.success, messages.length))
      try {
        onDone(exit)
      } catch (defect) {
        // Others may be stored by the same acknowledgement. This one has not heard of it.
        tell(unconfirmed(operationOf(stream.name, parts), String(defect)), onDone)
      }
    })
  }

  return traced ? spanned("EventStore.append", submit, attributesOf) : submit
})

const operationOf = (store: string, parts: AppendParts): AppendOperation => ({
  _tag: "Append",
  store,
  aggregateIds: parts.map(({ aggregateId }) => aggregateId)
})

const encodePart = (
  { name, subjectPrefix }: EventStream["Service"],
  { aggregateId, events, expected }: AppendPart
): ReadonlyArray<EncodedMessage> => {
  const filter = filterOf(subjectPrefix, aggregateId)
  const guard = expectationLines({ stream: name, filter, position: expected.position })
  return events.map((event, index) => ({
    subject: subjectOf(subjectPrefix, aggregateId, event.token),
    headers: eventHeaders(aggregateId, event, expected.version + index + 1, index === 0 ? guard : ""),
    payload: Buffer.from(event.data)
  }))
}

const attributesOf = (parts: AppendParts, positions: AppendedPositions | undefined) => {
  const aggregateId = parts.map((part) => part.aggregateId).join(",")
  const all = positions?.flat()
  return all === undefined ? { aggregateId } : { aggregateId, position: all[0], events: all.length }
}

/** Where the events are of which the last one is there: those of a batch follow each other. */
const positionsOf = (parts: AppendParts, last: number, count: number): AppendedPositions => {
  if (count === 1) return [[last]]
  let position = last - count
  return Arr.map(parts, ({ events }) => events.map(() => (position += 1)))
}
