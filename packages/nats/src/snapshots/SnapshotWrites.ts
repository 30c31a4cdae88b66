import { isNewer, type Snapshot } from "@cim-domain/event-sourcing/SnapshotStore"
import { EventTooLarge, StoreError } from "@cim-domain/event-sourcing/StoreError"
import { Effect } from "effect"
import type { NatsConnection } from "../connection/NatsConnection.ts"
import { MessageTooLarge, NatsError } from "../connection/NatsError.ts"
import { type BatchMessage, publishAtomicBatch, publishOne, type PublishTarget } from "../stream/publishAtomicBatch.ts"
import type * as StreamApi from "../stream/StreamApi.ts"
import type { KnownSnapshots } from "./KnownSnapshots.ts"
import * as Parts from "./SnapshotParts.ts"
import type { SnapshotReads } from "./SnapshotReads.ts"
import type { SnapshotSubjects } from "./SnapshotSubjects.ts"

/** How long to wait for the acknowledgement of what is saved, in milliseconds. */
const ackTimeoutMillis = 5_000

/** How often a snapshot is tried to be saved while others save theirs of the same aggregate. Each try that fails was one of theirs that succeeded. */
const saveAttempts = 32

/** What {@link makeSnapshotWrites} is made of. */
export interface SnapshotWritesOptions {
  readonly connection: NatsConnection["Service"]
  readonly target: PublishTarget
  readonly subjects: SnapshotSubjects
  readonly config: () => StreamApi.StreamConfig
  readonly known: KnownSnapshots
  readonly reads: SnapshotReads
  readonly maxBytes: number
}

type Packed = Effect.Success<ReturnType<typeof Parts.pack>>

/** Writes snapshots. */
export interface SnapshotWrites {
  /** Packs and stores a snapshot, unless a newer one is there. */
  readonly publish: (snapshot: Snapshot) => Effect.Effect<void, NatsError | StoreError>
  /** Puts an empty message in the place of a snapshot. */
  readonly forget: (aggregateId: string) => Effect.Effect<void, NatsError>
}

/** Makes the {@link SnapshotWrites} of a stream. */
export const makeSnapshotWrites = (
  { config, connection, known, maxBytes, reads, subjects, target }: SnapshotWritesOptions
): SnapshotWrites => {
  /** Stores it in the place of what has this sequence, 0 = nothing. */
  const publishAfter = (snapshot: Snapshot, packed: Packed, sequence: number) => {
    const { aggregateId } = snapshot
    const [manifest, first, ...rest] = messagesOf(aggregateId, packed, sequence, subjects, target.stream)
    const publishing = first === undefined
      ? publishOne(connection.main, manifest, target, ackTimeoutMillis)
      : publishAtomicBatch(connection.main, batchOf(first, rest, manifest), target, ackTimeoutMillis)
    return Effect.map(publishing, ({ seq }) => known.set(aggregateId, { ...packed.manifest, sequence: seq }))
  }

  const publish = Effect.fnUntraced(function*(snapshot: Snapshot) {
    const { aggregateId } = snapshot
    const room = roomOf((yield* connection.server).maxPayloadBytes, config())
    const partBytes = Math.max(1, room - Parts.headerBytesMax, Math.floor(room / 2))
    const packed = yield* Parts.pack(snapshot, partBytes)
    const actualBytes = packed.manifest.bytes
    if (actualBytes > maxBytes || packed.parts.length > Parts.partsMax) {
      const accepted = Math.min(maxBytes, partBytes * Parts.partsMax)
      return yield* new StoreError({ reason: new EventTooLarge({ maxBytes: accepted, actualBytes }) })
    }
    const readAndPublish = reads.fromLeader(subjects.subjectOf(aggregateId)).pipe(
      Effect.flatMap((present) => {
        const current = present === undefined ? undefined : Parts.readManifest(present.header)
        return current !== undefined && isNewer(current, snapshot)
          ? Effect.void
          : publishAfter(snapshot, packed, present?.sequence ?? 0)
      }),
      // Somebody else saved one in between, and it may be older than this one.
      Effect.retry({ while: ({ reason }) => reason._tag === "WrongLastSequence", times: saveAttempts - 1 })
    )
    const seen = known.get(aggregateId)
    const attempt = seen === undefined || isNewer(seen, snapshot)
      ? readAndPublish
      : Effect.catchReason(
        publishAfter(snapshot, packed, seen.sequence),
        "NatsError",
        "WrongLastSequence",
        () => readAndPublish
      )
    yield* Effect.catchReason(attempt, "NatsError", "MessageTooLarge", () =>
      new NatsError({
        reason: new MessageTooLarge({ maxBytes: room, actualBytes: Math.min(actualBytes, partBytes) })
      }))
  })

  const forget = (aggregateId: string) =>
    Effect.asVoid(publishOne(
      connection.main,
      {
        subject: subjects.subjectOf(aggregateId),
        headers: { ...Parts.tombstoneHeaders, "Nats-Expected-Stream": target.stream },
        payload: ""
      },
      target,
      ackTimeoutMillis
    ))

  return { publish, forget }
}

/** Largest message in bytes, as the broker and the stream are set. */
const roomOf = (maxPayloadBytes: number, { max_msg_size: size = 0 }: StreamApi.StreamConfig) =>
  size > 0 ? Math.min(size, maxPayloadBytes) : maxPayloadBytes

/** The manifest, and the parts if there are any. */
const messagesOf = (
  aggregateId: string,
  packed: Packed,
  sequence: number,
  { partSubject, subjectOf }: SnapshotSubjects,
  stream: string
): readonly [manifest: BatchMessage, ...parts: ReadonlyArray<BatchMessage>] => [
  {
    subject: subjectOf(aggregateId),
    headers: {
      ...Parts.manifestHeaders(packed.manifest),
      "Nats-Expected-Stream": stream,
      "Nats-Expected-Last-Subject-Sequence": String(sequence)
    },
    payload: packed.body
  },
  ...packed.parts.map((payload, index) => ({ subject: partSubject(aggregateId, index), headers: {}, payload }))
]

const batchOf = (
  first: BatchMessage,
  rest: ReadonlyArray<BatchMessage>,
  last: BatchMessage
): readonly [BatchMessage, BatchMessage, ...ReadonlyArray<BatchMessage>] => {
  const [second, ...others] = [...rest, last]
  return [first, second ?? last, ...others]
}
