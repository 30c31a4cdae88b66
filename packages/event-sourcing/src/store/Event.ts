/**
 * Events as a store sees them: JSON text with the facts that a store, an operator and a retry need beside it.
 *
 * An event to append and a recorded event are different types on purpose: only the store knows versions and positions.
 */

/**
 * How far the history of one aggregate has been seen.
 *
 * `version` counts the aggregate's events (0 = none), `position` is the store-wide sequence of the last of them (0 = none).
 */
export interface Cursor {
  readonly version: number
  readonly position: number
}

/** A cursor that may name the event at its position, so that a store can tell whether it has the same one there. */
export interface NamedCursor extends Cursor {
  readonly eventId?: string | null
}

/** The cursor before the first event. */
export const start: Cursor = { version: 0, position: 0 }

/** Why an event exists: the command that caused it and the conversation it belongs to. */
export interface Cause {
  readonly commandId: string
  readonly correlationId: string
  readonly causationId: string
  /** Who issued the command, when known. */
  readonly actor: string | null
}

/** What events tell of the command that caused them, beside its id; both `null` where it is not known. */
export interface CommandFacts {
  readonly type: string | null
  /** The digest of what the command asked for: 16 hexadecimal digits. */
  readonly digest: string | null
}

/** An event on its way into a store. */
export interface EventToAppend {
  /** Unique for ever and derived from the command, so that a repeated append is recognised. */
  readonly id: string
  /** Stored type name, for example `OrganizationCreated`. */
  readonly type: string
  /** Short name of the type, bijective with it, safe as one subject token, for example `created`. */
  readonly token: string
  /** Version of the shape of `data`. */
  readonly schemaVersion: number
  readonly cause: Cause
  /** The event as canonical JSON text. */
  readonly data: string
  /** The command that caused it. */
  readonly command?: CommandFacts | undefined
  /** The span that it happened in, as W3C Trace Context spells it. */
  readonly traceparent?: string
}

/** An event as the store holds it. Fields that events written by others may lack are `null`. */
export interface RecordedEvent {
  readonly aggregateId: string
  readonly id: string | null
  readonly type: string
  /** Number of this event in its aggregate, from 1, without gaps; 0 where a follower meets one that nobody numbered. */
  readonly version: number
  /** Store-wide sequence, growing, with gaps. */
  readonly position: number
  /** When the store accepted it, in milliseconds since 1970. */
  readonly time: number
  readonly commandId: string | null
  readonly correlationId: string | null
  /** What is known of its command; absent or `null` in history from before events told. */
  readonly command?: CommandFacts | null
  readonly data: string
}

/** What an answer says about an event without repeating it. */
export interface EventReference {
  readonly id: string
  readonly type: string
  readonly version: number
  readonly position: number
}

/** The reference to an event that is, or would be, stored there. */
export const referenceTo = ({ id, type }: EventToAppend, version: number, position: number): EventReference => ({
  id,
  type,
  version,
  position
})

/**
 * Translates between a domain's events and stored events.
 *
 * `decode` must be total: an event that cannot be read (unknown type, newer schema, broken JSON) becomes an event of the
 * domain's own kind, because skipping it would make every later decision wrong in silence.
 */
export interface EventCodec<Event> {
  readonly encode: (event: Event) => EventToAppend
  readonly decode: (recorded: RecordedEvent) => Event
}
