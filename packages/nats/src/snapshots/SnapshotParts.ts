import type { Snapshot } from "@cim-domain/event-sourcing/SnapshotStore"
import { Effect } from "effect"
import { createHash } from "node:crypto"
import type { HeaderRecord, NatsMessage } from "../connection/NatsSocket.ts"
import { storedHeadersOf } from "../events/EventMessage.ts"
import * as HeaderText from "../message/HeaderText.ts"
import { headerValues } from "../message/HeaderValues.ts"
import type { StoredMessage } from "../stream/StreamApi.ts"
import { StateCompression } from "./StateCompression.ts"

/** How a snapshot becomes messages: compressed and cut when it is large, with a checksum over everything it says. */

/**
 * States up to this size are stored as they are: a hundred kilobytes more are sent and received in less time than it takes to
 * inflate them, which no load has to wait for then.
 */
export const plainBytesMax = 128 * 1024

/** Parts that one snapshot may have: an atomic batch holds 1 000 messages with the manifest. */
export const partsMax = 999

/** Room left for the headers of one message. */
export const headerBytesMax = 16 * 1024

/** State of a snapshot when decompressed, at most. */
const stateBytesMax = 512 * 1024 * 1024

/** What the headers of a snapshot say. */
export interface Manifest {
  readonly version: number
  readonly position: number
  readonly eventId: string | null
  readonly incarnation: string
  readonly fingerprint: string
  /** SHA-256 over the facts above and the state, in hex. */
  readonly checksum: string
  /** Whether the state is compressed. */
  readonly deflated: boolean
  /** Messages that hold the state, 0 = the manifest itself does. */
  readonly parts: number
  /** Size of the state as it is stored. */
  readonly bytes: number
}

/** A snapshot ready to be stored. */
export interface SnapshotParts {
  readonly manifest: Manifest
  readonly body: Uint8Array
  readonly parts: ReadonlyArray<Uint8Array>
}

const checksumOf = (snapshot: Omit<Snapshot, "state">, state: Uint8Array): string => {
  const { aggregateId, eventId, fingerprint, incarnation, position, version } = snapshot
  return createHash("sha256")
    .update(JSON.stringify([aggregateId, version, position, eventId, incarnation, fingerprint]))
    .update("\0")
    .update(state)
    .digest("hex")
}

const cut = (bytes: Uint8Array, partBytes: number): ReadonlyArray<Uint8Array> => {
  const parts: Array<Uint8Array> = []
  for (let offset = 0; offset < bytes.length; offset += partBytes) {
    parts.push(bytes.subarray(offset, offset + partBytes))
  }
  return parts
}

/** Whether a state is compressed before it is stored in messages of so many bytes. */
export const isCompressed = (state: Uint8Array, partBytes: number): boolean =>
  state.length > Math.min(plainBytesMax, partBytes)

/** Compresses a state. */
export const compress = (state: Uint8Array): Effect.Effect<Uint8Array> =>
  Effect.flatMap(StateCompression, ({ deflate }) => deflate(state))

/** Makes a snapshot of its state as it is stored, and cuts it into parts when it is larger than `partBytes`. */
export const pack = (snapshot: Snapshot, state: Uint8Array, stored: Uint8Array, partBytes: number): SnapshotParts => {
  const parts = stored.length <= partBytes ? [] : cut(stored, partBytes)
  return {
    manifest: {
      version: snapshot.version,
      position: snapshot.position,
      eventId: snapshot.eventId,
      incarnation: snapshot.incarnation,
      fingerprint: snapshot.fingerprint,
      checksum: checksumOf(snapshot, state),
      deflated: stored !== state,
      parts: parts.length,
      bytes: stored.length
    },
    body: parts.length === 0 ? stored : new Uint8Array(),
    parts
  }
}

/** Puts a snapshot together again, `undefined` when anything is wrong with it. Looks at no more than `maxBytes` of its state. */
export const unpack = (
  aggregateId: string,
  manifest: Manifest,
  bodies: ReadonlyArray<Uint8Array>,
  maxBytes: number
): Effect.Effect<Snapshot | "too large" | undefined> =>
  Effect.map(stateIn(manifest, bodies, maxBytes), (state) => {
    if (state === undefined || state === "too large") return state
    const { eventId, fingerprint, incarnation, position, version } = manifest
    const facts = { aggregateId, version, position, eventId, incarnation, fingerprint }
    return checksumOf(facts, state) === manifest.checksum ? { ...facts, state: textOf(state) } : undefined
  })

const textOf = ({ buffer, byteLength, byteOffset }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString("utf8")

const stateIn = (
  { bytes, deflated }: Manifest,
  bodies: ReadonlyArray<Uint8Array>,
  maxBytes: number
): Effect.Effect<Uint8Array | "too large" | undefined> => {
  const [only = new Uint8Array()] = bodies
  const stored = bodies.length > 1 ? Buffer.concat(bodies) : Buffer.from(only.buffer, only.byteOffset, only.byteLength)
  if (stored.length !== bytes) return Effect.undefined
  if (!deflated) return Effect.succeed(stored.length > maxBytes ? "too large" : stored)
  return Effect.map(
    Effect.flatMap(StateCompression, ({ inflate }) => inflate(stored, Math.min(maxBytes, stateBytesMax))),
    // More than a snapshot ever holds is a damaged one.
    (state) => state === "too large" && maxBytes >= stateBytesMax ? undefined : state
  )
}

/** The headers of a manifest. */
export const manifestHeaders = (manifest: Manifest): HeaderRecord => ({
  "X-Snapshot-Version": String(manifest.version),
  "X-Snapshot-Position": String(manifest.position),
  ...(manifest.eventId === null ? {} : { "X-Snapshot-Event-ID": HeaderText.encode(manifest.eventId) }),
  "X-Snapshot-Incarnation": HeaderText.encode(manifest.incarnation),
  "X-Snapshot-Fingerprint": HeaderText.encode(manifest.fingerprint),
  "X-Snapshot-Checksum": manifest.checksum,
  "X-Snapshot-Parts": String(manifest.parts),
  "X-Snapshot-Bytes": String(manifest.bytes),
  "Content-Type": "application/json",
  ...(manifest.deflated ? { "Content-Encoding": "deflate" } : {})
})

const forgotten = "X-Snapshot-Forgotten"

/** The headers of what takes the place of a snapshot that counts for nothing any more. It is no manifest. */
export const tombstoneHeaders: HeaderRecord = { [forgotten]: "1" }

/** Whether the headers are {@link tombstoneHeaders}. */
export const isTombstone = (header: (name: string) => string): boolean => header(forgotten) !== ""

const count = (text: string): number | undefined => /^\d{1,15}$/.test(text) ? Number(text) : undefined

/** Reads the headers of a manifest, `undefined` when they are not complete. */
export const readManifest = (header: (name: string) => string): Manifest | undefined => {
  const version = count(header("X-Snapshot-Version"))
  const position = count(header("X-Snapshot-Position"))
  const parts = count(header("X-Snapshot-Parts"))
  const bytes = count(header("X-Snapshot-Bytes"))
  if (version === undefined || position === undefined || parts === undefined || bytes === undefined) return undefined
  const encoding = header("Content-Encoding")
  if (parts > partsMax || (encoding !== "" && encoding !== "deflate")) return undefined
  const eventId = header("X-Snapshot-Event-ID")
  return {
    version,
    position,
    deflated: encoding === "deflate",
    parts,
    bytes,
    eventId: eventId === "" ? null : HeaderText.decode(eventId),
    incarnation: HeaderText.decode(header("X-Snapshot-Incarnation")),
    fingerprint: HeaderText.decode(header("X-Snapshot-Fingerprint")),
    checksum: header("X-Snapshot-Checksum")
  }
}

/** A message of the snapshot stream, whoever it was read from. */
export interface Stored {
  readonly subject: string
  readonly sequence: number
  readonly header: (name: string) => string
  readonly data: Uint8Array
}

/** Reads an answer of the leader. */
export const fromStored = (message: StoredMessage): Stored => {
  const headers = storedHeadersOf(message)
  return {
    subject: message.subject,
    sequence: message.seq,
    header: (name) => headers.get(name)?.[0] ?? "",
    data: Buffer.from(message.data ?? "", "base64")
  }
}

/** Reads an answer of a direct get. */
export const fromDirect = (message: NatsMessage): Stored => {
  const headers = headerValues(message)
  return {
    subject: headers.get("Nats-Subject")?.at(-1) ?? "",
    sequence: Number(headers.get("Nats-Sequence")?.at(-1) ?? "0"),
    header: (name) => headers.get(name)?.[0] ?? "",
    data: message.data
  }
}
