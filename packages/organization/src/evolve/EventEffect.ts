/** What an event does to a state: the state with the parts that change, or in words why it cannot apply. */
export type EventEffect<State> = AppliedEvent<State> | string

/** An event that applies, perhaps without some of what it says. */
export interface AppliedEvent<State> {
  readonly state: State
  /** In words, what of the event does not fit and was left out. */
  readonly ignored: ReadonlyArray<string>
}

/** The effect of an event that applies. */
export const applied = <State>(
  state: State,
  ...ignored: ReadonlyArray<ReadonlyArray<string>>
): AppliedEvent<State> => ({
  state,
  ignored: ignored.every(isEmpty) ? nothing : ignored.flat()
})

/** Nothing was left out. */
export const nothing: ReadonlyArray<string> = []

const isEmpty = (texts: ReadonlyArray<string>): boolean => texts.length === 0
