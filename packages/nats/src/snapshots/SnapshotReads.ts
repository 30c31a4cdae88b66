import type { Snapshot } from "@cim-domain/event-sourcing/SnapshotStore"
import { StateTooLarge, StoreError, UnexpectedAnswer } from "@cim-domain/event-sourcing/StoreError"
import { Effect } from "effect"
import * as LogOnChange from "../connection/LogOnChange.ts"
import type { NatsConnection } from "../connection/NatsConnection.ts"
import type { NatsError } from "../connection/NatsError.ts"
import type { NatsSocket } from "../connection/NatsSocket.ts"
import { directGetLast, directGetLastOf, directGetRefused } from "../stream/directGet.ts"
import * as StreamApi from "../stream/StreamApi.ts"
import * as Parts from "./SnapshotParts.ts"
import type { SnapshotSubjects } from "./SnapshotSubjects.ts"

/** Parts of one snapshot asked for at once. */
const partsInFlight = 16

/** Reads what is stored of snapshots. */
export interface SnapshotReads {
  /** The last message of a subject as the leader knows it. */
  readonly fromLeader: (subject: string) => Effect.Effect<Parts.Stored | undefined, NatsError>
  /**
   * The last snapshot of an aggregate, and the sequence of its last message; `undefined` when there is none, or it was forgotten.
   * Fails when it does not add up, and when its state is larger than `stateBytesMax`.
   */
  readonly latest: (
    aggregateId: string,
    stateBytesMax: number
  ) => Effect.Effect<
    { readonly snapshot: Snapshot; readonly sequence: number } | undefined,
    NatsError | StoreError
  >
}

/** Makes the {@link SnapshotReads} of a stream with these settings. Snapshots of more than `maxBytes` are not read. */
export const makeSnapshotReads = (
  connection: NatsConnection["Service"],
  stream: string,
  { partSubject, subjectOf }: SnapshotSubjects,
  config: () => StreamApi.StreamConfig,
  maxBytes: number
): SnapshotReads => {
  const logger = LogOnChange.make()

  const fromLeader = (subject: string) =>
    Effect.map(
      StreamApi.leaderMessage(connection.main, stream, { last_by_subj: subject }),
      (message) => message === undefined ? undefined : Parts.fromStored(message)
    )
  const fromLeaderAll = (subjects: ReadonlyArray<string>) =>
    Effect.forEach(subjects, fromLeader, { concurrency: partsInFlight })

  /** A replica may not have heard of the latest snapshot yet, so a replicated stream is read from its leader. */
  const fromAny = (subjects: ReadonlyArray<string>) =>
    config().allow_direct !== true || (config().num_replicas ?? 1) > 1
      ? fromLeaderAll(subjects)
      : directLast(connection.bulk, stream, subjects).pipe(
        Effect.map((messages) => {
          const bySubject = new Map(messages.map(Parts.fromDirect).map((stored) => [stored.subject, stored]))
          return subjects.map((subject) => bySubject.get(subject))
        }),
        Effect.catchReason(
          "NatsError",
          "PermissionRefused",
          (reason) => Effect.andThen(logger.log("Warn", directGetRefused(reason.message)), fromLeaderAll(subjects))
        )
      )

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

  const find = (aggregateId: string) => Effect.map(fromAny([subjectOf(aggregateId)]), ([stored]) => stored)

  const latest: SnapshotReads["latest"] = Effect.fnUntraced(function*(aggregateId, stateBytesMax) {
    let stored = yield* find(aggregateId)
    while (stored !== undefined && !Parts.isTombstone(stored.header)) {
      const snapshot = yield* read(aggregateId, stored, stateBytesMax)
      if (snapshot !== undefined) return { snapshot, sequence: stored.sequence }
      // Its parts may be those of a later one that somebody saved meanwhile.
      const again = yield* find(aggregateId)
      if (again?.sequence === stored.sequence) {
        const detail = `the snapshot of ${aggregateId} is damaged or of an unknown kind`
        return yield* new StoreError({ reason: new UnexpectedAnswer({ detail }) })
      }
      stored = again
    }
    return undefined
  })

  return { fromLeader, latest }
}

const directLast = (bulk: NatsSocket, stream: string, subjects: ReadonlyArray<string>) => {
  const [first, ...others] = subjects
  return first === undefined || others.length > 0
    ? directGetLast(bulk, stream, subjects)
    : Effect.map(
      directGetLastOf(bulk, stream, first),
      (message) => message === undefined ? [] : [message]
    )
}

const tooLarge = (aggregateId: string, maxBytes: number, { bytes }: Parts.Manifest) =>
  new StoreError({ reason: new StateTooLarge({ aggregateId, maxBytes, actualBytes: Math.max(bytes, maxBytes + 1) }) })
