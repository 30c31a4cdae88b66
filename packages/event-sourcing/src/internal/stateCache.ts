import { Effect } from "effect"
import type { AggregateOptions, Loaded } from "../Aggregate.ts"
import type { ObservedEvent } from "../EventStore.ts"
import { RecentlyUsed } from "./RecentlyUsed.ts"
import { snapshotIsDue } from "./snapshotIsDue.ts"

/**
 * The states that a replica keeps, and how events that pass by move them on.
 *
 * An event that passes is a hint: it may come late, twice, or not at all. A cached state takes it when it is the next one by
 * its number; one that the state has already is ignored, and anything else means that the state is not known any more. So
 * what is cached is always a state that the aggregate has had, and whether it still has it the guard of an append tells, or
 * the leader.
 *
 * While the store is asked about an aggregate, its events wait. The answer says more than they do: an append brings its own
 * events and would fold them twice, a read brings what came in between. When the answer is there, those that it has are
 * ignored, and the others follow on it. That an older state takes the place of a newer one is ruled out by that, whichever of
 * the two comes first.
 */

/** Events of one aggregate that wait, at most. Those beyond are not seen, which the next one shows. */
const waitingMax = 64

/** What became of an event that passed. */
export type Passed = "advanced" | "dropped" | "ignored"

interface Asked {
  /** How many calls of the store are under way. */
  calls: number
  readonly events: Array<ObservedEvent>
}

/** See the module comment. `onPassed` is told what events did to what is cached. */
export class StateCache<State, Event> {
  readonly #options: AggregateOptions<State, Event>
  readonly #states: RecentlyUsed<Loaded<State>>
  readonly #asked = new Map<string, Asked>()
  readonly #onPassed: (what: Exclude<Passed, "ignored">) => void

  constructor(options: AggregateOptions<State, Event>, onPassed: (what: Exclude<Passed, "ignored">) => void) {
    this.#options = options
    this.#onPassed = onPassed
    this.#states = new RecentlyUsed({
      entries: options.cacheCapacity,
      weight: options.cacheSize?.max ?? 0,
      weigh: ({ state }) => options.cacheSize?.sizeOf(state) ?? 0
    })
  }

  get(aggregateId: string): Loaded<State> | undefined {
    return this.#states.get(aggregateId)
  }

  set(loaded: Loaded<State>): void {
    this.#states.set(loaded.aggregateId, loaded)
  }

  delete(aggregateId: string): void {
    this.#states.delete(aggregateId)
  }

  /** Runs what asks the store about an aggregate and takes the answer into the cache: events wait for that. */
  whileAsking<A, E, R>(aggregateId: string, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    return Effect.suspend(() => {
      const asked = this.#asked.get(aggregateId) ?? { calls: 0, events: [] }
      asked.calls += 1
      this.#asked.set(aggregateId, asked)
      return Effect.ensuring(
        effect,
        Effect.sync(() => {
          asked.calls -= 1
          if (asked.calls > 0) return
          this.#asked.delete(aggregateId)
          for (const event of asked.events) this.#take(event)
        })
      )
    })
  }

  /** Takes an event that passes. Most are of aggregates that are not cached, so it is not read before it is needed. */
  pass(event: ObservedEvent): void {
    const asked = this.#asked.get(event.aggregateId)
    if (asked === undefined) this.#take(event)
    else if (asked.events.length < waitingMax) asked.events.push(event)
  }

  #take({ aggregateId, position, read }: ObservedEvent): void {
    const cached = this.#states.peek(aggregateId)
    if (cached === undefined || position <= cached.cursor.position) return
    const { decider, events, snapshotEvery } = this.#options
    const recorded = read()
    const version = cached.cursor.version + 1
    if (recorded.version !== version) {
      this.#states.delete(aggregateId)
      return this.#onPassed("dropped")
    }
    this.#states.replace(aggregateId, {
      ...cached,
      state: decider.evolve(cached.state, events.decode(recorded), position),
      cursor: { version, position },
      lastEventId: recorded.id,
      confirmed: false,
      // Whoever appended the event saves the snapshot that is due with it.
      snapshotVersion: snapshotIsDue(version, cached.snapshotVersion, snapshotEvery) ? version : cached.snapshotVersion
    })
    this.#onPassed("advanced")
  }
}
