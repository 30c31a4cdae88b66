import type { Cursor, RecordedEvent } from "@cim-domain/event-sourcing/Event"
import type { History } from "@cim-domain/event-sourcing/EventStore"
import { type EventMessage, record } from "./EventMessage.ts"

/** Sequences that may hold events nobody has found yet, both ends included. */
export interface Gap {
  readonly from: number
  readonly to: number
}

/** The first sequence from `seq` on that lies in a gap. */
export const firstIn = (gaps: ReadonlyArray<Gap>, seq: number): number | undefined => {
  let [low, high] = [0, gaps.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (gaps[middle]!.to < seq) low = middle + 1
    else high = middle
  }
  const gap = gaps[low]
  return gap === undefined ? undefined : Math.max(gap.from, seq)
}

/**
 * What is known of the history so far: the part that runs without a gap from the cursor on, and what lies beyond the
 * first gap.
 */
export class Gathered {
  readonly aggregateId: string
  readonly cursor: Cursor
  /** Of all the aggregate has, or of what is read of it for now. */
  last: EventMessage
  /** Of all events that were found. */
  bytes = 0
  private more = false
  private readonly events: Array<RecordedEvent> = []
  private end: Cursor
  private readonly beyond = new Map<number, EventMessage>()
  private foreignTrusted = false
  private readonly subjectsSeen = new Set<string>()
  private latest: EventMessage | undefined

  constructor(aggregateId: string, cursor: Cursor, last: EventMessage) {
    this.aggregateId = aggregateId
    this.cursor = cursor
    this.last = last
    this.end = cursor
    this.addAll([last])
  }

  addAll(events: ReadonlyArray<EventMessage>): void {
    for (const event of events) {
      if (event.position <= this.end.position || event.position > this.last.position) continue
      if (event.version !== undefined && event.version <= this.cursor.version) continue
      if (!this.beyond.has(event.position)) this.bytes += event.data.length
      this.beyond.set(event.position, event)
      this.subjectsSeen.add(event.subject)
    }
  }

  /** Leaves what comes after an event that was found for the next time. */
  endAt(event: EventMessage): void {
    this.last = event
    this.more = true
    for (const position of this.beyond.keys()) if (position > event.position) this.beyond.delete(position)
  }

  /** The last event of the part that runs without a gap. */
  get lastInOrder(): EventMessage | undefined {
    this.takeInOrder()
    return this.latest
  }

  /** Everything there is was read: events without a number are in their place. */
  trustForeign(): void {
    this.foreignTrusted = true
  }

  get subjects(): ReadonlyArray<string> {
    return [...this.subjectsSeen]
  }

  /** The end of the aggregate, when nothing was read after the cursor. */
  get leaderHead(): Cursor {
    const version = this.last.version ?? (this.last.position === this.cursor.position ? this.cursor.version : 0)
    return { version, position: this.last.position }
  }

  /** Position and number of the leader's last event do not go together with the cursor's: somebody purged and began anew. */
  get contradicts(): boolean {
    const { position, version } = this.last
    if (version === undefined) return false
    return position === this.cursor.position ? version !== this.cursor.version : version <= this.cursor.version
  }

  /**
   * Moves what continues the history out of what lies beyond it; gives the rest in order. An event without a number counts
   * on from the one before, but whether it follows on that one only a full read can say.
   */
  private takeInOrder(): ReadonlyArray<EventMessage> {
    const rest = [...this.beyond.values()].toSorted((left, right) => left.position - right.position)
    let taken = 0
    for (const event of rest) {
      const version = this.end.version + 1
      if (event.version !== version && !(event.version === undefined && this.foreignTrusted)) break
      this.events.push(record(event, version))
      this.end = { version, position: event.position }
      this.latest = event
      this.beyond.delete(event.position)
      taken += 1
    }
    return rest.slice(taken)
  }

  get isComplete(): boolean {
    return this.takeInOrder().length === 0
  }

  /** The event after the first gap. */
  get firstAfterGap(): EventMessage | undefined {
    return this.takeInOrder()[0]
  }

  /** Where events may be missing, in order. */
  get gaps(): ReadonlyArray<Gap> {
    const gaps: Array<Gap> = []
    const rest = this.takeInOrder()
    let { position, version } = this.end
    for (const event of rest) {
      if (event.version !== version + 1 && event.position > position + 1) {
        gaps.push({ from: position + 1, to: event.position - 1 })
      }
      version = event.version ?? version + 1
      position = event.position
    }
    return gaps
  }

  get history(): History {
    const head = this.events.length === 0 ? this.leaderHead : this.end
    return this.more ? { events: this.events, head, more: true } : { events: this.events, head }
  }
}
