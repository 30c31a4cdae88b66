import { makeTimeline } from "@cim-domain/simulation/time/makeTimeline"
import type { Timeline } from "@cim-domain/simulation/time/Timeline"
import { Effect, type Fiber } from "effect"

/** A timeline that goes with the clock of the machine, for what is tested with the clock of the machine. */
export const liveTimeline = (): Timeline => {
  const start = performance.now()
  const elapsed = () => performance.now() - start
  const timeline = makeTimeline()
  let timer: Fiber.Fiber<void> | undefined
  let timerAt = Number.POSITIVE_INFINITY
  const run = () => {
    timer = undefined
    timerAt = Number.POSITIVE_INFINITY
    timeline.runUntil(elapsed())
    wait()
  }
  const wait = () => {
    const next = timeline.nextAt()
    if (next === undefined || next >= timerAt) return
    timer?.interruptUnsafe()
    timerAt = next
    timer = Effect.runFork(Effect.delay(Effect.sync(run), Math.max(0, next - elapsed())))
  }
  const now = () => Math.max(timeline.now(), elapsed())
  return {
    now,
    after: (millis, what) => {
      const cancel = timeline.after(now() - timeline.now() + millis, what)
      wait()
      return cancel
    }
  }
}
