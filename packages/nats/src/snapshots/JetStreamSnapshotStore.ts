import { type Ask, hotPort } from "@cim-domain/event-sourcing/HotPort"
import { type Snapshot, SnapshotStore } from "@cim-domain/event-sourcing/SnapshotStore"
import { spanned } from "@cim-domain/event-sourcing/spanned"
import type { StoreError } from "@cim-domain/event-sourcing/StoreError"
import { Effect, Exit, type Fiber, Layer, Option, References } from "effect"
import { NatsConnection } from "../connection/NatsConnection.ts"
import { type NatsError, type StoreOperation, toStoreError } from "../connection/NatsError.ts"
import { isSubjectToken, noToken } from "../events/EventMessage.ts"
import { BatchIds } from "../stream/BatchIds.ts"
import { EventStream } from "../stream/EventStream.ts"
import type { EventStreamError } from "../stream/EventStreamError.ts"
import { KnownSnapshots } from "./KnownSnapshots.ts"
import { makeSnapshotReads } from "./SnapshotReads.ts"
import { makeSnapshotStream, type SnapshotStream } from "./SnapshotStream.ts"
import { snapshotSubjects } from "./SnapshotSubjects.ts"
import { makeSnapshotWrites, type Publishing, type SnapshotWrites } from "./SnapshotWrites.ts"

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

/**
 * The snapshot store on a stream of its own: one subject per aggregate, the last message of each is kept.
 *
 * A state of more than `plainBytesMax` (`SnapshotParts.ts`) is compressed. What is then larger than the broker's `max_payload` is cut into parts, `<prefix>.<id>.<n>`, stored
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
  const known = new KnownSnapshots()
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
  const target = { stream: options.stream, domain: events.domain, batchIds: yield* BatchIds }
  const subjects = snapshotSubjects(options.subjectPrefix)
  const reads = makeSnapshotReads(connection, options.stream, subjects, stream.config, maxBytes)
  const writes = makeSnapshotWrites({ connection, target, subjects, config: stream.config, known, reads, maxBytes })
  const readOperation: StoreOperation = { _tag: "Read", store: options.stream }

  /** Tries once more when the stream was gone and is there again. */
  const orMadeAgain = <A>(effect: Effect.Effect<A, NatsError | StoreError>, again = effect) =>
    Effect.catchTag(effect, "NatsError", (error) =>
      maybeGone(error)
        ? Effect.flatMap(stream.restore, (isThere) => isThere ? again : Effect.fail(error))
        : Effect.fail(error))

  const latest = Effect.fn("SnapshotStore.latest")(
    function*(aggregateId: string, stateBytesMax = Number.POSITIVE_INFINITY) {
      const found = isSubjectToken(aggregateId) ? yield* reads.latest(aggregateId, stateBytesMax) : undefined
      if (found === undefined) return Option.none<Snapshot>()
      known.set(aggregateId, { ...found.snapshot, sequence: found.sequence })
      return Option.some(found.snapshot)
    },
    (looking) => orMadeAgain(looking),
    Effect.catchTag("NatsError", (error) => Effect.fail(toStoreError(error, readOperation)))
  )

  const forget = Effect.fn("SnapshotStore.forget")((aggregateId: string) =>
    isSubjectToken(aggregateId)
      ? orMadeAgain(writes.forget(aggregateId)).pipe(
        Effect.catchTag("NatsError", (error) =>
          Effect.fail(
            toStoreError(error, { _tag: "Append", store: options.stream, aggregateIds: [aggregateId] })
          ))
      )
      : Effect.void
  )

  const traced = yield* References.TracerEnabled
  const submit = submitting(options.stream, writes, stream, orMadeAgain)
  const save = hotPort(traced ? spanned("SnapshotStore.save", submit, ({ aggregateId }) => ({ aggregateId })) : submit)

  return SnapshotStore.of({ latest, save, forget })
})

/** Makes the callback that saves. */
const submitting = (
  store: string,
  writes: SnapshotWrites,
  stream: SnapshotStream,
  orMadeAgain: (saving: Publishing, again: Publishing) => Publishing
): Ask<Snapshot, void> => {
  /** Whatever is not stored at the first try. */
  const finish = (snapshot: Snapshot, rest: Publishing) => {
    const again = writes.publish(snapshot)
    return rest.pipe(
      // The stream may take less since the last look at it.
      Effect.catchReason("NatsError", "MessageTooLarge", () => Effect.andThen(stream.restore, again)),
      (publishing) => orMadeAgain(publishing, again),
      Effect.catchTag("NatsError", (error) => {
        const { aggregateId } = snapshot
        return Effect.fail(toStoreError(error, { _tag: "Append", store, aggregateIds: [aggregateId] }))
      })
    )
  }

  return (snapshot, services, onDone) => {
    if (!isSubjectToken(snapshot.aggregateId)) return onDone(Exit.die(noToken(snapshot.aggregateId)))
    let isGivenUp = false
    let fiber: Fiber.Fiber<void, StoreError> | undefined
    writes.send(snapshot, (rest) => {
      if (rest === undefined) return onDone(Exit.void)
      if (isGivenUp) return
      fiber = Effect.runForkWith(services)(finish(snapshot, rest))
      fiber.addObserver(onDone)
    })
    return () => {
      isGivenUp = true
      fiber?.interruptUnsafe()
    }
  }
}

/** What a missing stream shows itself by: nobody takes messages on its subjects, and nobody answers for it. */
const maybeGone = ({ reason }: NatsError) => reason._tag === "NoResponders" || reason._tag === "StreamMissing"
