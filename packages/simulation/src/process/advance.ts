import type { DrivenTimeline } from "../time/makeTimeline.ts"

const drained = Promise.resolve()

/**
 * Runs what is due, one after the other, until something holds or nothing is due up to then. What each puts off to the end of its
 * turn (a microtask) runs before the next. Gives whether it holds.
 */
export const advance = async (
  timeline: DrivenTimeline,
  untilMillis: number,
  holds: () => boolean = () => false
): Promise<boolean> => {
  while (!holds()) {
    const next = timeline.nextAt()
    if (next === undefined || next > untilMillis) {
      timeline.runUntil(untilMillis)
      return holds()
    }
    timeline.step()
    await drained
  }
  return true
}
