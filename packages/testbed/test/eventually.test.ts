import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit } from "effect"
import { eventually, eventuallySeen } from "../src/eventually.ts"

/** Gives the next of some results at each look, and the last one ever after. */
const looks = <A>(...results: ReadonlyArray<A>) => {
  let count = 0
  return { look: Effect.sync(() => results[Math.min(count++, results.length - 1)]!), count: () => count }
}

describe("eventually", () => {
  it.live("looks until it is so, and no further", () =>
    Effect.gen(function*() {
      const { count, look } = looks(1, 2, 3, 4)
      assert.strictEqual(yield* eventuallySeen("three", look, (n) => n === 3), 3)
      assert.strictEqual(count(), 3)
      yield* eventually("it holds", looks(false, true).look)
    }))

  it.live("looks again after a failure", () =>
    Effect.gen(function*() {
      const { look } = looks<Effect.Effect<boolean, string>>(Effect.fail("busy"), Effect.succeed(true))
      yield* eventually("it holds", Effect.flatten(look))
    }))

  it.live("dies in the end, with what was wanted and what was seen", () =>
    Effect.gen(function*() {
      const exit = yield* Effect.exit(eventuallySeen("three", looks(1, 2).look, (n) => n === 3, "50 millis"))
      assert.isTrue(Exit.isFailure(exit))
      assert.include(Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "", "not in time: three; seen last was 2")
    }))
})
