import { Effect } from "effect"
import { RecentlyUsed } from "../collections/RecentlyUsed.ts"
import type { ObservedEvent } from "../store/EventStore.ts"
import type { AggregateOptions } from "./AggregateOptions.ts"
import type { Loaded } from "./Loaded.ts"
import { snapshotIsDue } from "./snapshotIsDue.ts"

/**
 * The states that a replica keeps, and how events that pass by move them on.
 *
 * An event that passes is a hint: it may come late, or not at all. A cached state takes it when it is the next one by its
 * number, and ignores what it has already or what lies further ahead, so it is always a state that the aggregate has had.
 * Whether it still has it the guard of an append tells, or the leader. An event that comes later but has a number that is
 * taken, or none, means that the history is another one than was thought: then nothing is cached any more.
 *
 * While the store is asked about an aggregate, its events wait. The answer says more than they do: an append brings its own
 * events, which would be folded twice, a read brings what came in between. When it has been taken, events that it knew are
 * ignored, and the others follow on it. So an older state never takes the place of a newer one, whichever came first: an event
 * or the acknowledgement of the append that made it, an event of somebody else or the refusal that it was the cause of.
 */

/** Events of one aggregate that wait, at most. Those beyond are not seen, which the next one shows. */
const waitingMax = 64

/** Bytes of all events that wait, of whatever aggregate, at most. */
export const waitingBytesMax = 8 * 1024 * 1024
/** Aggregates that are known to have been asked about before those that are not any more are let go. */
const askedMost = 4_096

/** Aggregates that one look for quiet ones goes past, at most. */
const lookMost = 10_000

/** What an event that passed did to a cached state. */
export type Passed = "advanced" | "missed" | "dropped"

interface Asked {
  /** How many calls of the store are under way. */
  calls: number
  readonly events: Array<ObservedEvent>
}

/** See the module comment. `onPassed` is told what became of states that an event was news to. */
export class StateCache<State, Event> {
  readonly #options: AggregateOptions<State, Event>
  readonly #states: RecentlyUsed<Loaded<State>>
  readonly #asked = new Map<string, Asked>()
  readonly #onPassed: (what: Passed) => void
  #waitingBytes = 0
  /** Looks for quiet aggregates so far, and one. What was appended here is noted with it, which asks no clock. */
  #looks = 1
  #onEvicted: (loaded: Loaded<State>) => void = () => undefined

  constructor(options: AggregateOptions<State, Event>, onPassed: (what: Passed) => void) {
    this.#options = options
    this.#onPassed = onPassed
    this.#states = new RecentlyUsed({
      entries: options.cacheCapacity,
      weight: options.cacheSize?.max ?? 0,
      weigh: ({ state }) => options.cacheSize?.sizeOf(state) ?? 0,
      onEvicted: (loaded, note) => {
        if (note > 0) this.#onEvicted(loaded)
      }
    })
    options.room?.onReserved((bytes) => this.#states.reserve(options.cacheSize === undefined ? 0 : bytes))
  }

  get(aggregateId: string): Loaded<State> | undefined {
    return this.#states.get(aggregateId)
  }

  /** Takes what the store says. It is the business of whoever appended last to save it, so of this replica if nothing is new. */
  set(loaded: Loaded<State>): void {
    const { aggregateId, cursor } = loaded
    const isNews = this.#states.peek(aggregateId)?.cursor.position !== cursor.position
    this.#states.set(aggregateId, loaded, isNews ? 0 : this.#states.note(aggregateId))
  }

  /** Takes the state after an append of this replica. */
  keep(loaded: Loaded<State>): void {
    this.#states.set(loaded.aggregateId, loaded, this.#looks)
  }

  /**
   * Looks at some of the states, and gives those whose last event was appended here before as many looks as `quietLooks`.
   * Each look goes on where the one before stopped.
   */
  *quiet(quietLooks: number): Generator<Loaded<State>> {
    const looks = this.#looks++
    for (const [loaded, note] of this.#states.walk(lookMost)) if (looks - note >= quietLooks) yield loaded
  }

  /** A snapshot was made of this state, or tried to be: as long as nothing is appended there is nothing to save. */
  saved({ aggregateId, cursor }: Loaded<State>): void {
    const cached = this.#states.peek(aggregateId)
    if (cached?.cursor.position !== cursor.position) return
    this.#states.replace(aggregateId, { ...cached, snapshotVersion: cursor.version })
  }

  /** Whom to tell of states that leave for want of room and whose last event was appended here. Called synchronously. */
  onEvicted(tell: (loaded: Loaded<State>) => void): void {
    this.#onEvicted = tell
  }

  delete(aggregateId: string): void {
    this.#states.delete(aggregateId)
  }

  /** Runs what asks the store about an aggregate and takes the answer into the cache: events wait for that. */
  whileAsking<A, E, R>(aggregateId: string, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    return Effect.acquireUseRelease(
      Effect.sync(() => this.ask(aggregateId)),
      () => effect,
      (asked) => Effect.sync(() => this.asked(asked))
    )
  }

  /** Begins to ask the store; {@link asked} ends it. */
  ask(aggregateId: string): Asked {
    const asked = this.#asked.get(aggregateId) ?? { calls: 0, events: [] }
    asked.calls += 1
    this.#asked.set(aggregateId, asked)
    return asked
  }

  asked(asked: Asked): void {
    asked.calls -= 1
    if (asked.calls > 0) return
    if (asked.events.length > 0) {
      for (const event of asked.events.splice(0)) {
        this.#waitingBytes -= event.bytes
        this.#take(event)
      }
    }
    if (this.#asked.size <= askedMost) return
    for (const [id, { calls }] of this.#asked) if (calls === 0) this.#asked.delete(id)
  }

  /** Shows an event that passes. Most are of aggregates that are not cached, so it is not read before it is needed. */
  pass(event: ObservedEvent): void {
    const asked = this.#asked.get(event.aggregateId)
    if (asked === undefined || asked.calls === 0) this.#take(event)
    else if (asked.events.length < waitingMax && this.#waitingBytes + event.bytes <= waitingBytesMax) {
      this.#waitingBytes += event.bytes
      asked.events.push(event)
    }
  }

  #take({ aggregateId, position, read }: ObservedEvent): void {
    const cached = this.#states.peek(aggregateId)
    if (cached === undefined || position <= cached.cursor.position) return
    const { decider, events, snapshotEvery } = this.#options
    const recorded = read()
    const version = cached.cursor.version + 1
    if (recorded.version > version) {
      this.#onPassed("missed")
    } else if (recorded.version < version) {
      this.#states.delete(aggregateId)
      this.#onPassed("dropped")
    } else {
      this.#states.replace(aggregateId, {
        ...cached,
        state: decider.evolve(cached.state, events.decode(recorded), position, recorded.command),
        cursor: { version, position },
        lastEventId: recorded.id,
        confirmed: false,
        // Whoever appended the event saves the snapshot that is due with it.
        snapshotVersion: snapshotIsDue(aggregateId, version, cached.snapshotVersion, snapshotEvery)
          ? version
          : cached.snapshotVersion
      })
      this.#onPassed("advanced")
    }
  }
}
