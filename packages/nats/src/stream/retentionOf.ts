import type { Retention } from "@cim-domain/event-sourcing/EventStore"
import type { StreamConfig, StreamInfo } from "./StreamApi.ts"

/** What the limits of a stream mean for those who must be faster than them. */

const set = (value: number | undefined): value is number => value !== undefined && value > 0

/** The limits that forget the oldest messages, `undefined` where one is not set. */
const limitsOf = (config: StreamConfig) => {
  const discards = config.discard !== "new"
  const limit = (value: number | undefined) => set(value) ? value : undefined
  return {
    ageMillis: set(config.max_age) ? config.max_age / 1_000_000 : undefined,
    messages: discards ? limit(config.max_msgs) : undefined,
    bytes: discards ? limit(config.max_bytes) : undefined,
    perSubject: discards || config.discard_new_per_subject !== true ? limit(config.max_msgs_per_subject) : undefined
  }
}

/** Whether a stream forgets anything by its limits. */
export const forgets = (config: StreamConfig): boolean =>
  Object.values(limitsOf(config)).some((limit) => limit !== undefined)

const lookAgainMaxMillis = 10_000
/** Age passes evenly; size may grow at any speed. */
const lookAgainForSizeMillis = 1_000
const lookAgainMinMillis = 50
const looksPerAge = 20

/**
 * What is forgotten, and what has used up half of its time or room.
 *
 * - `max_msgs`: what is not among the last half of them. Sequences may have gaps, so that is a few more than half at most.
 * - `max_bytes`: everything, once the stream is half full: where half of the bytes lie cannot be asked.
 * - `max_msgs_per_subject`: everything, because the room of an event is used up by others of its type alone.
 */
export const retentionOf = ({ config, state, ts }: StreamInfo, clockMillis: number): Retention | undefined => {
  if (!forgets(config)) return undefined
  const { ageMillis, bytes, messages, perSubject } = limitsOf(config)
  const now = ts === undefined ? clockMillis : Date.parse(ts)
  const halfFull = perSubject !== undefined || (bytes !== undefined && state.bytes > bytes / 2)
  const forAge = ageMillis === undefined ? lookAgainMaxMillis : Math.max(lookAgainMinMillis, ageMillis / looksPerAge)
  const sized = messages !== undefined || bytes !== undefined || perSubject !== undefined
  return {
    firstPosition: state.first_seq,
    dueBefore: ageMillis === undefined ? 0 : now - ageMillis / 2,
    dueUpTo: halfFull ? state.last_seq : messages === undefined ? 0 : state.last_seq - Math.floor(messages / 2),
    lookAgainMillis: Math.min(lookAgainMaxMillis, forAge, sized ? lookAgainForSizeMillis : lookAgainMaxMillis)
  }
}
