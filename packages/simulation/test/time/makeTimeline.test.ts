import { makeTimeline } from "@cim-domain/simulation/time/makeTimeline"
import { makeRandomness } from "@cim-domain/simulation/time/Randomness"
import { describe, expect, it } from "vitest"

describe("makeTimeline", () => {
  it("runs everything once, by its time, and what is due at once in the order in which it was put there", () => {
    const randomness = makeRandomness(1, "timeline")
    const timeline = makeTimeline()
    const ran: Array<readonly [at: number, number: number]> = []
    let number = 0
    const put = (depth: number) => {
      const mine = number++
      const millis = randomness.below(20)
      const due = timeline.now() + millis
      timeline.after(millis, () => {
        expect(timeline.now()).toBe(due)
        ran.push([due, mine])
        if (depth < 3) { for (let index = randomness.below(3); index > 0; index--) put(depth + 1) }
      })
    }
    for (let index = 0; index < 500; index++) put(0)
    while (timeline.step());
    expect(ran).toHaveLength(number)
    expect(timeline.size()).toBe(0)
    expect(ran).toEqual(ran.toSorted(([at, first], [other, second]) => at - other || first - second))
  })

  it("does not run what was taken away, and stands where it was told to", () => {
    const timeline = makeTimeline(1_000)
    const ran: Array<string> = []
    const cancel = timeline.after(5, () => ran.push("gone"))
    timeline.after(5, () => ran.push("there"))
    timeline.after(6, () => ran.push("later"))
    cancel()
    cancel()
    expect(timeline.size()).toBe(2)
    expect(timeline.nextAt()).toBe(1_005)
    timeline.runUntil(1_005.5)
    expect(ran).toEqual(["there"])
    expect(timeline.now()).toBe(1_005.5)
    timeline.runUntil(1_010)
    expect(ran).toEqual(["there", "later"])
    expect(timeline.now()).toBe(1_010)
    expect(timeline.step()).toBe(false)
  })

  it("refuses to look back", () => {
    expect(() => makeTimeline().after(-1, () => {})).toThrow("not -1")
    expect(() => makeTimeline().after(Number.NaN, () => {})).toThrow("not NaN")
  })
})
