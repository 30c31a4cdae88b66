import type { Timeline } from "./Timeline.ts"

/** A {@link Timeline} with the side that moves it on. */
export interface DrivenTimeline extends Timeline {
  /** When the next thing is due, `undefined` when nothing is. */
  readonly nextAt: () => number | undefined
  /** Jumps to the next thing and runs it. Whether there was one. What it throws comes through. */
  readonly step: () => boolean
  /** Runs everything that is due up to then, and stands there afterwards. */
  readonly runUntil: (millis: number) => void
  /** How many things are still to come. */
  readonly size: () => number
}

/** Something that is to happen. */
interface Due {
  readonly at: number
  /** Counts all that was ever put there: of two that are due at once the older one is first. */
  readonly number: number
  /** `undefined` when it was taken away: it stays in the heap until its time has come. */
  run: (() => void) | undefined
}

const isBefore = (one: Due, other: Due): boolean =>
  one.at < other.at || (one.at === other.at && one.number < other.number)

/** A heap of what is due: the first one is the next, and each is before the two under it. */
class Heap {
  readonly #all: Array<Due> = []

  get first(): Due | undefined {
    return this.#all[0]
  }

  put(due: Due): void {
    const all = this.#all
    let index = all.length
    while (index > 0) {
      const above = (index - 1) >> 1
      if (!isBefore(due, all[above]!)) break
      all[index] = all[above]!
      index = above
    }
    all[index] = due
  }

  takeFirst(): void {
    const all = this.#all
    const last = all.pop()
    if (last === undefined || all.length === 0) return
    let index = 0
    for (;;) {
      let below = 2 * index + 1
      if (below >= all.length) break
      if (below + 1 < all.length && isBefore(all[below + 1]!, all[below]!)) below += 1
      if (!isBefore(all[below]!, last)) break
      all[index] = all[below]!
      index = below
    }
    all[index] = last
  }
}

/** Makes an empty timeline that begins at so many milliseconds. */
export const makeTimeline = (startMillis = 0): DrivenTimeline => {
  const heap = new Heap()
  let now = startMillis
  let count = 0
  let size = 0

  const first = (): Due | undefined => {
    for (let due = heap.first; due !== undefined; due = heap.first) {
      if (due.run !== undefined) return due
      heap.takeFirst()
    }
    return undefined
  }

  const step = (): boolean => {
    const due = first()
    if (due === undefined) return false
    heap.takeFirst()
    const { run } = due
    due.run = undefined
    size -= 1
    now = due.at
    run!()
    return true
  }

  return {
    now: () => now,
    after: (millis, run) => {
      if (!(millis >= 0 && millis < Number.POSITIVE_INFINITY)) {
        throw new Error(`milliseconds from now on are a number from 0 on, not ${millis}`)
      }
      const due: Due = { at: now + millis, number: count, run }
      count += 1
      size += 1
      heap.put(due)
      return () => {
        if (due.run === undefined) return
        due.run = undefined
        size -= 1
      }
    },
    nextAt: () => first()?.at,
    step,
    runUntil: (millis) => {
      for (let due = first(); due !== undefined && due.at <= millis; due = first()) step()
      now = Math.max(now, millis)
    },
    size: () => size
  }
}
