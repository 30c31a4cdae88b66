import type { Cursor } from "../store/Event.ts"

/** A state with the cursor up to which events are folded into it, and the id of the last of them when it is known. */
export interface Folded<State> {
  readonly state: State
  readonly cursor: Cursor
  readonly lastEventId: string | null
}

/** A state made anew, and the version of the snapshot it was made from, 0 = none. */
export interface ColdState<State> extends Folded<State> {
  readonly snapshotVersion: number
}

/**
 * The state of one aggregate and how far its history has been folded into it. The cursor of one whose events the store has
 * all forgotten has a version and position 0.
 */
export interface Loaded<State> extends Folded<State> {
  readonly aggregateId: string
  /** Whether the store's leader said during this command that nothing came after `cursor`. */
  readonly confirmed: boolean
  /** Version of the last snapshot, 0 when there is none. */
  readonly snapshotVersion: number
  /** Nobody has looked: it is what an aggregate begins with. */
  readonly assumed?: boolean
}
