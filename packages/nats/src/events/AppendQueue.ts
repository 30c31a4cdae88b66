import type { AppendParts } from "@cim-domain/event-sourcing/Append"
import { Permits } from "@cim-domain/event-sourcing/Permits"
import { Result } from "effect"
import type { NatsConnection } from "../connection/NatsConnection.ts"
import type { BatchIds } from "../stream/BatchIds.ts"
import type { EventStream } from "../stream/EventStream.ts"
import { isDefinite, isRefusal } from "./AppendFailures.ts"
import { type EncodedMessage, publishEvents } from "./publishEvents.ts"
import { type OnStored, type Publish, SharedBatches } from "./SharedBatches.ts"

/**
 * Batches in flight at once on a stream with one replica, where appends share none; further ones wait. A stream takes 50 from all
 * who append together, and refuses what is more.
 */
const maxBatchesInFlight = 16

/** Sends appends when it is their turn. */
export interface AppendQueue {
  /** Whether a batch costs no more than a message, so that appends may share one. */
  readonly mayShare: () => boolean
  /** Sends it, alone or with others. Gives what takes it out while it waits. */
  readonly send: (parts: AppendParts, messages: ReadonlyArray<EncodedMessage>, onStored: OnStored) => () => void
}

/** Makes the {@link AppendQueue} of one stream, with at most so many appends on their way. */
export const makeAppendQueue = (
  connection: NatsConnection["Service"],
  stream: EventStream["Service"],
  batchIds: typeof BatchIds.Service,
  maxInFlight: number,
  ackTimeoutMillis: number
): AppendQueue => {
  const appends = new Permits(maxInFlight)
  const batches = new Permits(maxBatchesInFlight)
  const target = { stream: stream.name, domain: stream.domain, onElsewhere: stream.reportElsewhere, batchIds }

  const publish: Publish = (messages, onAck) =>
    publishEvents(connection.main, target, messages, ackTimeoutMillis, onAck)

  const shared = new SharedBatches(
    publish,
    (error) => isDefinite(error) && !(stream.isShared() && isRefusal(error))
  )

  const mayShare = () => stream.allowAtomic && stream.replicas > 1

  const send = (parts: AppendParts, messages: ReadonlyArray<EncodedMessage>, onStored: OnStored): () => void => {
    const isShared = mayShare()
    const permits = isShared || messages.length === 1 ? appends : batches
    let takeOut: (() => boolean) | undefined
    const leave = permits.take(() => {
      const onAck: OnStored = (last) => {
        permits.release()
        onStored(last)
      }
      if (isShared) takeOut = shared.take({ parts, messages, bytes: sum(messages, sizeOf), onAck })
      else publish(messages, (ack) => onAck(Result.map(ack, ({ seq }) => seq)))
    })
    return () => {
      leave?.()
      if (takeOut?.() === true) permits.release()
    }
  }

  return { mayShare, send }
}

/** Bytes of a message on its way. */
export const sizeOf = ({ headers, payload }: EncodedMessage): number => payload.length + headers.length

const sum = <A>(all: ReadonlyArray<A>, numberOf: (each: A) => number): number =>
  all.reduce((total, each) => total + numberOf(each), 0)
