import type { Snapshot } from "@cim-domain/event-sourcing/SnapshotStore"
import { Effect, Result } from "effect"
import type { NatsConnection } from "../connection/NatsConnection.ts"
import type { NatsError } from "../connection/NatsError.ts"
import { type EncodedMessage, publishEvents } from "../events/publishEvents.ts"
import { encodeHeaders } from "../message/HeaderRecord.ts"
import type { BatchIds } from "../stream/BatchIds.ts"
import { publishOne, type PublishTarget } from "../stream/publishAtomicBatch.ts"
import type { KnownSnapshots } from "./KnownSnapshots.ts"
import * as Parts from "./SnapshotParts.ts"
import type { SnapshotSubjects } from "./SnapshotSubjects.ts"

/** How long to wait for the acknowledgement of what is saved, in milliseconds. */
const ackTimeoutMillis = 5_000

/** Where snapshots go. */
export interface SnapshotSendsOptions {
  readonly connection: NatsConnection["Service"]
  readonly target: PublishTarget & { readonly batchIds: typeof BatchIds.Service }
  readonly subjects: SnapshotSubjects
  /** Is told what is stored. */
  readonly known: KnownSnapshots
}

/** Sends what is stored. */
export interface SnapshotSends {
  /** Stores a snapshot in the place of what has this sequence, 0 = nothing: one round trip, told by a callback. */
  readonly sendAfter: (
    snapshot: Snapshot,
    packed: Parts.SnapshotParts,
    sequence: number,
    onStored: (stored: Result.Result<void, NatsError>) => void
  ) => void
  /** As `sendAfter`. */
  readonly publishAfter: (
    snapshot: Snapshot,
    packed: Parts.SnapshotParts,
    sequence: number
  ) => Effect.Effect<void, NatsError>
  /** Puts an empty message in the place of a snapshot. */
  readonly forget: (aggregateId: string) => Effect.Effect<void, NatsError>
}

/** Makes {@link SnapshotSends}. */
export const makeSnapshotSends = ({ connection, known, subjects, target }: SnapshotSendsOptions): SnapshotSends => {
  const sendAfter: SnapshotSends["sendAfter"] = (snapshot, packed, sequence, onStored) => {
    const { aggregateId } = snapshot
    const messages = messagesOf(aggregateId, packed, sequence, subjects, target.stream)
    publishEvents(connection.main, target, messages, ackTimeoutMillis, (ack) => {
      if (Result.isSuccess(ack)) known.set(aggregateId, { ...packed.manifest, sequence: ack.success.seq })
      onStored(Result.map(ack, () => undefined))
    })
  }

  return {
    sendAfter,
    publishAfter: (snapshot, packed, sequence) =>
      Effect.callback((resume) => {
        sendAfter(snapshot, packed, sequence, (stored) => resume(Effect.fromResult(stored)))
      }),
    forget: (aggregateId) => {
      const headers = { ...Parts.tombstoneHeaders, "Nats-Expected-Stream": target.stream }
      const tombstone = { subject: subjects.subjectOf(aggregateId), headers, payload: "" }
      return Effect.asVoid(publishOne(connection.main, tombstone, target, ackTimeoutMillis))
    }
  }
}

/** The parts if there are any, and the manifest. */
const messagesOf = (
  aggregateId: string,
  packed: Parts.SnapshotParts,
  sequence: number,
  { partSubject, subjectOf }: SnapshotSubjects,
  stream: string
): ReadonlyArray<EncodedMessage> => [
  ...packed.parts.map((payload, index) => ({
    subject: partSubject(aggregateId, index),
    headers: encodeHeaders({}),
    payload
  })),
  {
    subject: subjectOf(aggregateId),
    headers: encodeHeaders({
      ...Parts.manifestHeaders(packed.manifest),
      "Nats-Expected-Stream": stream,
      "Nats-Expected-Last-Subject-Sequence": String(sequence)
    }),
    payload: packed.body
  }
]
