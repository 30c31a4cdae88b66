import type { Outage } from "../check/History.ts"

/** How long what a fault has led to may go on after it: requests that wait, commands that are tried again, elections; in milliseconds. */
const aftermathMillis = 20_000

/** When something was broken. */
export class Disturbances {
  readonly #now: () => number
  readonly #begun: Array<{ readonly from: number; to: number | undefined }> = []

  constructor(now: () => number) {
    this.#now = now
  }

  /** Something is broken from now on. Gives what says that it is whole again. */
  begin(): () => void {
    const disturbance: { readonly from: number; to: number | undefined } = { from: this.#now(), to: undefined }
    this.#begun.push(disturbance)
    return () => {
      disturbance.to ??= this.#now()
    }
  }

  /** Everything is whole again. */
  end(): void {
    for (const disturbance of this.#begun) disturbance.to ??= this.#now()
  }

  /** From when to when, with what came of it. */
  get times(): ReadonlyArray<Outage> {
    return this.#begun.map(({ from, to }) => ({ from, to: (to ?? this.#now()) + aftermathMillis }))
  }
}
