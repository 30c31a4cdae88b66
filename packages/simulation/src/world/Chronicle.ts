/** Something that happened, for whoever reads the story. */
export interface Happening {
  /** Milliseconds since the beginning. */
  readonly at: number
  readonly text: string
}

/** Writes down what happens, in order; nothing where nobody reads it. */
export interface Chronicle {
  readonly note: (text: () => string) => void
  readonly happenings: ReadonlyArray<Happening>
}

/** A chronicle; without `isKept` it costs nothing. */
export const makeChronicle = (now: () => number, isKept: boolean): Chronicle => {
  const happenings: Array<Happening> = []
  return {
    note: (text) => {
      if (isKept) happenings.push({ at: now(), text: text() })
    },
    happenings
  }
}
