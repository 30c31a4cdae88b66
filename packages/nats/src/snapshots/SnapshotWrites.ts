import { isNewer, type Snapshot } from "@cim-domain/event-sourcing/SnapshotStore"
import { EventTooLarge, StoreError } from "@cim-domain/event-sourcing/StoreError"
import { Effect, Result } from "effect"
import { MessageTooLarge, NatsError } from "../connection/NatsError.ts"
import type * as StreamApi from "../stream/StreamApi.ts"
import * as Parts from "./SnapshotParts.ts"
import type { SnapshotReads } from "./SnapshotReads.ts"
import { makeSnapshotSends, type SnapshotSends, type SnapshotSendsOptions } from "./SnapshotSends.ts"

/** How often a snapshot is tried to be saved while others save theirs of the same aggregate. Each try that fails was one of theirs that succeeded. */
const saveAttempts = 32

/** What {@link makeSnapshotWrites} is made of. */
export interface SnapshotWritesOptions extends SnapshotSendsOptions {
  readonly config: () => StreamApi.StreamConfig
  readonly reads: SnapshotReads
  readonly maxBytes: number
}

/** Writes snapshots. */
export interface SnapshotWrites extends Pick<SnapshotSends, "forget"> {
  /**
   * Stores a snapshot by plain calls if it can be: when it is not compressed, and what is there is what was there when it was
   * saved or read here last. Tells `undefined` when it is stored, or else, perhaps at once, what stores it.
   */
  readonly send: (snapshot: Snapshot, onSent: (rest: Publishing | undefined) => void) => void
  /** Packs and stores a snapshot, unless a newer one is there. */
  readonly publish: (snapshot: Snapshot) => Publishing
}

/** Stores a snapshot. */
export type Publishing = Effect.Effect<void, NatsError | StoreError>

/** Makes the {@link SnapshotWrites} of a stream. */
export const makeSnapshotWrites = (
  { config, connection, known, maxBytes, reads, subjects, target }: SnapshotWritesOptions
): SnapshotWrites => {
  const { forget, publishAfter, sendAfter } = makeSnapshotSends({ connection, target, subjects, known })

  const readAndPublish = (snapshot: Snapshot, packed: Parts.SnapshotParts) =>
    reads.fromLeader(subjects.subjectOf(snapshot.aggregateId)).pipe(
      Effect.flatMap((present) => {
        const current = present === undefined ? undefined : Parts.readManifest(present.header)
        return current !== undefined && isNewer(current, snapshot)
          ? Effect.void
          : publishAfter(snapshot, packed, present?.sequence ?? 0)
      }),
      // Somebody else saved one in between, and it may be older than this one.
      Effect.retry({ while: ({ reason }) => reason._tag === "WrongLastSequence", times: saveAttempts - 1 })
    )

  /** Stores it after a try that may have failed. */
  const after = (
    snapshot: Snapshot,
    packed: Parts.SnapshotParts,
    room: number,
    tried: Effect.Effect<void, NatsError>
  ) =>
    Effect.catchReason(tried, "NatsError", "WrongLastSequence", () => readAndPublish(snapshot, packed)).pipe(
      Effect.catchReason("NatsError", "MessageTooLarge", () => Effect.fail(largerThan(room, packed)))
    )

  /** The sequence of what is there and may be replaced, as far as that is known. */
  const replaceable = (snapshot: Snapshot) => {
    const seen = known.get(snapshot.aggregateId)
    return seen === undefined || isNewer(seen, snapshot) ? undefined : seen.sequence
  }

  const publish = Effect.fnUntraced(function*(snapshot: Snapshot) {
    const room = roomOf((yield* connection.server).maxPayloadBytes, config())
    const partBytes = partBytesOf(room)
    const state = Buffer.from(snapshot.state)
    const stored = Parts.isCompressed(state, partBytes) ? yield* Parts.compress(state) : state
    const packed = Parts.pack(snapshot, state, stored, partBytes)
    const refusal = largerThanAll(Math.min(maxBytes, partBytes * Parts.partsMax), packed)
    if (refusal !== undefined) return yield* refusal
    const sequence = replaceable(snapshot)
    if (sequence === undefined) return yield* after(snapshot, packed, room, readAndPublish(snapshot, packed))
    yield* after(snapshot, packed, room, publishAfter(snapshot, packed, sequence))
  })

  const send: SnapshotWrites["send"] = (snapshot, onSent) => {
    const room = roomOf(connection.main.maxPayload(), config())
    const partBytes = partBytesOf(room)
    const state = Buffer.from(snapshot.state)
    // Where nothing is known there is nothing: if that is wrong the broker says so.
    const sequence = known.get(snapshot.aggregateId) === undefined ? 0 : replaceable(snapshot)
    if (sequence === undefined || state.length > maxBytes || Parts.isCompressed(state, partBytes)) {
      return onSent(publish(snapshot))
    }
    const packed = Parts.pack(snapshot, state, state, partBytes)
    sendAfter(snapshot, packed, sequence, (stored) => {
      onSent(
        Result.isSuccess(stored) ? undefined : after(snapshot, packed, room, Effect.fail(stored.failure))
      )
    })
  }

  return { send, publish, forget }
}

/** Largest message in bytes, as the broker and the stream are set. */
const roomOf = (maxPayloadBytes: number, { max_msg_size: size = 0 }: StreamApi.StreamConfig) =>
  size > 0 ? Math.min(size, maxPayloadBytes) : maxPayloadBytes

/** Of a state, in one message of at most so many bytes. */
const partBytesOf = (room: number): number => Math.max(1, room - Parts.headerBytesMax, Math.floor(room / 2))

/** Says that a snapshot is larger than any that is stored, when it is. */
const largerThanAll = (accepted: number, { manifest: { bytes }, parts }: Parts.SnapshotParts): StoreError | undefined =>
  bytes > accepted || parts.length > Parts.partsMax
    ? new StoreError({ reason: new EventTooLarge({ maxBytes: accepted, actualBytes: bytes }) })
    : undefined

/** Says that messages of a snapshot are larger than the `room` for one. */
const largerThan = (room: number, { manifest }: Parts.SnapshotParts) =>
  new NatsError({
    reason: new MessageTooLarge({ maxBytes: room, actualBytes: Math.min(manifest.bytes, partBytesOf(room)) })
  })
