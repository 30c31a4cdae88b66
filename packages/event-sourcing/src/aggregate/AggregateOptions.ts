import type { Result } from "effect"
import type { Decider } from "../Decider.ts"
import type { EventCodec } from "../store/Event.ts"
import type { LoadRoom } from "./LoadRoom.ts"

/**
 * Translates between states and snapshot text.
 *
 * `fingerprint` names the state's shape and the rules of `evolve`; a snapshot with another one is never decoded. `decode`
 * says in words why it cannot read a text.
 */
export interface StateCodec<State> {
  readonly fingerprint: string
  readonly encode: (state: State) => string
  readonly decode: (text: string) => Result.Result<State, string>
}

/** What an aggregate needs to know. */
export interface AggregateOptions<State, Event> {
  readonly decider: Pick<Decider<State, never, Event, unknown, never>, "initial" | "evolve">
  readonly events: EventCodec<Event>
  readonly states: StateCodec<State>
  /** Aggregates whose state is kept in memory; the one used longest ago leaves first. */
  readonly cacheCapacity: number
  /**
   * Bounds the memory for states, too, by their size in bytes as `sizeOf` says, which is asked at each event: the cache with
   * what large loads and snapshots need for their time. A state that is larger than `max` is not loaded. Default: no bound.
   */
  readonly cacheSize?: { readonly max: number; readonly sizeOf: (state: State) => number } | undefined
  /** Room for loads and snapshots, which all that one replica makes of the same stores should share. Default: one of its own. */
  readonly room?: LoadRoom | undefined
  /** A snapshot is due each time that so many events have come, at least 1; the first one sooner, see `snapshotIsDue.ts`. */
  readonly snapshotEvery: number
}
