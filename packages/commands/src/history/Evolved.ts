/** What an event does to a state: the state with the parts that change, or in words why it cannot apply. */
export type Evolved<State> = State | Partly<State> | Unfit

/**
 * An event that does not fit: it changes nothing, and is noted as an anomaly.
 *
 * ```ts
 * evolve: (state, event) => state.isOpen ? { ...state, isOpen: false } : new Unfit("it is closed already")
 * ```
 */
export class Unfit {
  /** In words, why. */
  readonly why: string

  constructor(why: string) {
    this.why = why
  }
}

/**
 * An event that applies without some of what it says; that is noted as an anomaly.
 *
 * ```ts
 * new Partly({ ...state, name: event.name }, ["there is no such parent"])
 * ```
 */
export class Partly<State> {
  readonly state: State
  /** In words, what of the event does not fit and was left out. */
  readonly ignored: ReadonlyArray<string>

  constructor(state: State, ignored: ReadonlyArray<string>) {
    this.state = state
    this.ignored = ignored
  }
}
