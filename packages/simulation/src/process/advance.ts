import type { DrivenTimeline } from "../time/makeTimeline.ts"

const drained = Promise.resolve()

/** Turns at one moment of virtual time, at most: a whole history of a thousand commands has fewer. */
const turnsMax = 5_000_000

/**
 * Runs what is due, one after the other, until something holds or nothing is due up to then. What each puts off to the end of its
 * turn (a microtask) runs before the next. Gives whether it holds. Throws when time stands still: after {@link turnsMax} turns at one
 * moment.
 */
export const advance = async (
  timeline: DrivenTimeline,
  untilMillis: number,
  holds: () => boolean = () => false
): Promise<boolean> => {
  let turns = 0
  while (!holds()) {
    const next = timeline.nextAt()
    if (next === undefined || next > untilMillis) {
      timeline.runUntil(untilMillis)
      return holds()
    }
    turns = next > timeline.now() ? 0 : turns + 1
    if (turns > turnsMax) throw new Error(`nothing gets on at ${next} ms: ${turnsMax} turns at one moment`)
    timeline.step()
    await drained
  }
  return true
}
