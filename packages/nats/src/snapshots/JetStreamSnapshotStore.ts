import { isNewer, type Snapshot, SnapshotStore } from "@cim-domain/event-sourcing/SnapshotStore"
import { EventTooLarge, StateTooLarge, StoreError, UnexpectedAnswer } from "@cim-domain/event-sourcing/StoreError"
import { Effect, Layer, Option } from "effect"
import * as LogOnChange from "../connection/LogOnChange.ts"
import { NatsConnection } from "../connection/NatsConnection.ts"
import { MessageTooLarge, NatsError, type StoreOperation, toStoreError } from "../connection/NatsError.ts"
import { isSubjectToken } from "../events/EventMessage.ts"
import { type BatchMessage, publishAtomicBatch, publishOne } from "../stream/AtomicBatch.ts"
import { directGetLast, directGetLastOf, directGetRefused } from "../stream/DirectGet.ts"
import { EventStream } from "../stream/EventStream.ts"
import type { EventStreamError } from "../stream/EventStreamError.ts"
import * as StreamApi from "../stream/StreamApi.ts"
import * as Parts from "./SnapshotParts.ts"
import { makeSnapshotStream } from "./SnapshotStream.ts"

/** Where snapshots are kept. */
export interface JetStreamSnapshotStoreOptions {
  /** Name of the stream, for example `ORGANIZATION_SNAPSHOTS`. */
  readonly stream: string
  /** What stands before `.<aggregate id>` in a subject, for example `organization.snapshots`. */
  readonly subjectPrefix: string
  /**
   * For tools that only look: nothing is saved or forgotten, and a missing stream is not created but has no snapshots.
   * Default false.
   */
  readonly readOnly?: boolean | undefined
  /** Whether a missing stream is created, and made again when it is removed. Default true. */
  readonly create?: boolean | undefined
  /** Largest state in bytes as it is stored. Default 32 MiB. */
  readonly maxBytes?: number | undefined
}

const maxBytesDefault = 32 * 1024 * 1024
const ackTimeoutMillis = 5_000

/** How often a snapshot is tried to be saved while others save theirs of the same aggregate. Each try that fails was one of theirs that succeeded. */
const saveAttempts = 32

/** Snapshots of which the last sequence is remembered; the one saved or read longest ago leaves first. */
const knownMax = 10_000

/** What is known of a stored snapshot. */
interface KnownSnapshot extends Pick<Snapshot, "incarnation" | "position"> {
  readonly sequence: number
}

/** Parts of one snapshot asked for at once. */
const partsInFlight = 16

/**
 * The snapshot store on a stream of its own: one subject per aggregate, the last message of each is kept.
 *
 * A state of more than {@link Parts.plainBytesMax} is compressed. What is then larger than the broker's `max_payload` is cut into parts, `<prefix>.<id>.<n>`, stored
 * with the manifest `<prefix>.<id>` as one atomic batch. Whatever does not add up on reading is `UnexpectedAnswer`. What is
 * forgotten is replaced by an empty message.
 * Building the layer creates a missing stream, with as many replicas as the event stream has; one that is removed later is
 * made again, and gets more replicas when the event stream does.
 */
export const JetStreamSnapshotStore = {
  layer: (
    options: JetStreamSnapshotStoreOptions
  ): Layer.Layer<SnapshotStore, EventStreamError, NatsConnection | EventStream> =>
    Layer.effect(SnapshotStore, options.readOnly === true ? makeReadOnly(options) : make(options))
}

const makeReadOnly = (options: JetStreamSnapshotStoreOptions) =>
  make(options).pipe(
    Effect.catchTags({
      StreamUnusable: () => Effect.succeed({ latest: () => Effect.succeedNone }),
      // Whoever may not look at the snapshots may still look at the events.
      NatsError: (error) =>
        Effect.succeed({ latest: () => Effect.fail(toStoreError(error, { _tag: "Read", store: options.stream })) })
    }),
    Effect.map(({ latest }) => SnapshotStore.of({ latest, save: () => Effect.void, forget: () => Effect.void }))
  )

const make = Effect.fnUntraced(function*(options: JetStreamSnapshotStoreOptions) {
  const connection = yield* NatsConnection
  const events = yield* EventStream
  /**
   * Snapshots that were saved or read here, as far as saving the next one needs: reading the whole last one only to learn that
   * it is still there was most of what saving cost. When it is not, the broker says so.
   */
  const known = new Map<string, KnownSnapshot>()
  const stream = yield* makeSnapshotStream(
    {
      name: options.stream,
      subjects: `${options.subjectPrefix}.>`,
      readOnly: options.readOnly ?? false,
      create: options.create ?? true
    },
    events,
    () => known.clear()
  )
  const maxBytes = options.maxBytes ?? maxBytesDefault
  const target = { stream: options.stream, domain: events.domain }
  const subjectOf = (aggregateId: string) => `${options.subjectPrefix}.${aggregateId}`
  const partSubject = (aggregateId: string, index: number) => `${subjectOf(aggregateId)}.${index + 1}`
  const readOperation: StoreOperation = { _tag: "Read", store: options.stream }

  const fromLeader = (subject: string) =>
    Effect.map(
      StreamApi.leaderMessage(connection.main, options.stream, { last_by_subj: subject }),
      (message) => message === undefined ? undefined : Parts.fromStored(message)
    )
  const fromLeaderAll = (subjects: ReadonlyArray<string>) =>
    Effect.forEach(subjects, fromLeader, { concurrency: partsInFlight })
  const logger = LogOnChange.make()
  const directLast = (subjects: ReadonlyArray<string>) => {
    const [first, ...others] = subjects
    return first === undefined || others.length > 0
      ? directGetLast(connection.bulk, options.stream, subjects)
      : Effect.map(
        directGetLastOf(connection.bulk, options.stream, first),
        (message) => message === undefined ? [] : [message]
      )
  }
  /** A replica may not have heard of the latest snapshot yet, so a replicated stream is read from its leader. */
  const fromAny = (subjects: ReadonlyArray<string>) =>
    stream.config().allow_direct !== true || (stream.config().num_replicas ?? 1) > 1
      ? fromLeaderAll(subjects)
      : directLast(subjects).pipe(
        Effect.map((messages) => {
          const bySubject = new Map(messages.map(Parts.fromDirect).map((stored) => [stored.subject, stored]))
          return subjects.map((subject) => bySubject.get(subject))
        }),
        Effect.catchReason(
          "NatsError",
          "PermissionViolation",
          (reason) => Effect.andThen(logger.log("Warn", directGetRefused(reason.message)), fromLeaderAll(subjects))
        )
      )

  const tooLarge = (aggregateId: string, maxBytes: number, { bytes }: Parts.Manifest) =>
    new StoreError({ reason: new StateTooLarge({ aggregateId, maxBytes, actualBytes: Math.max(bytes, maxBytes + 1) }) })

  const read = Effect.fnUntraced(function*(aggregateId: string, stored: Parts.Stored, stateBytesMax: number) {
    const manifest = Parts.readManifest(stored.header)
    if (manifest === undefined || manifest.bytes > maxBytes) return undefined
    if (manifest.bytes > stateBytesMax) return yield* tooLarge(aggregateId, stateBytesMax, manifest)
    const subjects = Array.from({ length: manifest.parts }, (_, index) => partSubject(aggregateId, index))
    const parts = subjects.length === 0 ? [stored] : yield* fromAny(subjects)
    const bodies = parts.map((part) => part?.data ?? new Uint8Array())
    const snapshot = yield* Parts.unpack(aggregateId, manifest, bodies, stateBytesMax)
    return snapshot === "too large" ? yield* tooLarge(aggregateId, stateBytesMax, manifest) : snapshot
  })

  const know = (aggregateId: string, { incarnation, position, sequence }: KnownSnapshot): void => {
    known.delete(aggregateId)
    known.set(aggregateId, { incarnation, position, sequence })
    if (known.size <= knownMax) return
    for (const oldest of known.keys()) return void known.delete(oldest)
  }

  /** Tries once more when the stream was gone and is there again. */
  const orMadeAgain = <A>(effect: Effect.Effect<A, NatsError | StoreError>) =>
    Effect.catchTag(effect, "NatsError", (error) =>
      maybeGone(error)
        ? Effect.flatMap(stream.restore, (isThere) => isThere ? effect : Effect.fail(error))
        : Effect.fail(error))

  const find = (aggregateId: string) => Effect.map(fromAny([subjectOf(aggregateId)]), ([stored]) => stored)

  const latest = Effect.fn("SnapshotStore.latest")(
    function*(aggregateId: string, stateBytesMax = Number.POSITIVE_INFINITY) {
      if (!isSubjectToken(aggregateId)) return Option.none<Snapshot>()
      let stored = yield* find(aggregateId)
      while (stored !== undefined && !Parts.isTombstone(stored.header)) {
        const snapshot = yield* read(aggregateId, stored, stateBytesMax)
        if (snapshot !== undefined) {
          know(aggregateId, { ...snapshot, sequence: stored.sequence })
          return Option.some(snapshot)
        }
        // Its parts may be those of a later one that somebody saved meanwhile.
        const again = yield* find(aggregateId)
        if (again?.sequence === stored.sequence) {
          const detail = `the snapshot of ${aggregateId} is damaged or of an unknown kind`
          return yield* new StoreError({ reason: new UnexpectedAnswer({ detail }) })
        }
        stored = again
      }
      return Option.none<Snapshot>()
    },
    orMadeAgain,
    Effect.catchTag("NatsError", (error) => Effect.fail(toStoreError(error, readOperation)))
  )

  const forget = Effect.fn("SnapshotStore.forget")((aggregateId: string) =>
    isSubjectToken(aggregateId)
      ? publishOne(
        connection.main,
        {
          subject: subjectOf(aggregateId),
          headers: { ...Parts.tombstoneHeaders, "Nats-Expected-Stream": options.stream },
          payload: ""
        },
        target,
        ackTimeoutMillis
      ).pipe(
        orMadeAgain,
        Effect.catchTag("NatsError", (error) =>
          Effect.fail(
            toStoreError(error, { _tag: "Append", store: options.stream, aggregateIds: [aggregateId] })
          )),
        Effect.asVoid
      )
      : Effect.void
  )

  /** Largest message in bytes, as the broker and the stream are set at present. */
  const roomOf = (maxPayloadBytes: number) => {
    const { max_msg_size: size = 0 } = stream.config()
    return size > 0 ? Math.min(size, maxPayloadBytes) : maxPayloadBytes
  }

  const packAndPublish = Effect.fnUntraced(function*(snapshot: Snapshot) {
    const { aggregateId } = snapshot
    const subject = subjectOf(aggregateId)
    const room = roomOf((yield* connection.server).maxPayloadBytes)
    const partBytes = Math.max(1, room - Parts.headerBytesMax, Math.floor(room / 2))
    const packed = yield* Parts.pack(snapshot, partBytes)
    const actualBytes = packed.manifest.bytes
    if (actualBytes > maxBytes || packed.parts.length > Parts.partsMax) {
      const accepted = Math.min(maxBytes, partBytes * Parts.partsMax)
      return yield* new StoreError({ reason: new EventTooLarge({ maxBytes: accepted, actualBytes }) })
    }
    const publishAfter = (sequence: number) => {
      const manifest: BatchMessage = {
        subject,
        headers: {
          ...Parts.manifestHeaders(packed.manifest),
          "Nats-Expected-Stream": options.stream,
          "Nats-Expected-Last-Subject-Sequence": String(sequence)
        },
        payload: packed.body
      }
      const [first, ...rest] = packed.parts.map((payload, index): BatchMessage => ({
        subject: partSubject(aggregateId, index),
        headers: {},
        payload
      }))
      const publish = first === undefined
        ? publishOne(connection.main, manifest, target, ackTimeoutMillis)
        : publishAtomicBatch(connection.main, batchOf(first, rest, manifest), target, ackTimeoutMillis)
      return Effect.map(publish, ({ seq }) => know(aggregateId, { ...packed.manifest, sequence: seq }))
    }
    const readAndPublish = fromLeader(subject).pipe(
      Effect.flatMap((present) => {
        const current = present === undefined ? undefined : Parts.readManifest(present.header)
        return current !== undefined && isNewer(current, snapshot)
          ? Effect.void
          : publishAfter(present?.sequence ?? 0)
      }),
      // Somebody else saved one in between, and it may be older than this one.
      Effect.retry({ while: ({ reason }) => reason._tag === "WrongLastSequence", times: saveAttempts - 1 })
    )
    const seen = known.get(aggregateId)
    const attempt = seen === undefined || isNewer(seen, snapshot)
      ? readAndPublish
      : Effect.catchReason(publishAfter(seen.sequence), "NatsError", "WrongLastSequence", () => readAndPublish)
    yield* Effect.catchReason(attempt, "NatsError", "MessageTooLarge", () =>
      new NatsError({
        reason: new MessageTooLarge({ maxBytes: room, actualBytes: Math.min(actualBytes, partBytes) })
      }))
  })

  const save = Effect.fn("SnapshotStore.save")(function*(snapshot: Snapshot) {
    const { aggregateId } = snapshot
    const operation: StoreOperation = { _tag: "Append", store: options.stream, aggregateIds: [aggregateId] }
    if (!isSubjectToken(aggregateId)) return yield* Effect.die(new Error(`not a subject token: ${aggregateId}`))
    yield* packAndPublish(snapshot).pipe(
      // The stream may take less since the last look at it.
      Effect.catchReason(
        "NatsError",
        "MessageTooLarge",
        () => Effect.andThen(stream.restore, packAndPublish(snapshot))
      ),
      orMadeAgain,
      Effect.catchTag("NatsError", (error) => Effect.fail(toStoreError(error, operation)))
    )
  })

  return SnapshotStore.of({ latest, save, forget })
})

/** What a missing stream shows itself by: nobody takes messages on its subjects, and nobody answers for it. */
const maybeGone = ({ reason }: NatsError) => reason._tag === "NoResponders" || reason._tag === "StreamMissing"

const batchOf = (
  first: BatchMessage,
  rest: ReadonlyArray<BatchMessage>,
  last: BatchMessage
): readonly [BatchMessage, BatchMessage, ...ReadonlyArray<BatchMessage>] => {
  const [second, ...others] = [...rest, last]
  return [first, second ?? last, ...others]
}
