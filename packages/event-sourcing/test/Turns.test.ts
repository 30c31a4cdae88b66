import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber } from "effect"
import { makeTurns } from "../src/internal/Turns.ts"

/** Effects that say when they begin and end, and end when they are told to. */
const makeStage = Effect.gen(function*() {
  const said: Array<string> = []
  const curtain = yield* Deferred.make<void>()
  const play = (name: string) =>
    Effect.gen(function*() {
      said.push(`${name} begins`)
      yield* Deferred.await(curtain)
      yield* Effect.yieldNow
      said.push(`${name} ends`)
    })
  return { said, play, fall: Deferred.succeed(curtain, undefined) }
})

describe("turns", () => {
  it.effect("of one key are taken one after another, in order", () =>
    Effect.gen(function*() {
      const [inTurn, { fall, play, said }] = [makeTurns(), yield* makeStage]
      const names = Array.from({ length: 5 }, (_, index) => `${index}`)
      const fibers = yield* Effect.forEach(names, (name) => Effect.forkChild(inTurn("key", play(name))))
      yield* fall
      yield* Fiber.joinAll(fibers)
      assert.deepStrictEqual(said, names.flatMap((name) => [`${name} begins`, `${name} ends`]))
    }))

  it.effect("of different keys are taken side by side", () =>
    Effect.gen(function*() {
      const [inTurn, { fall, play, said }] = [makeTurns(), yield* makeStage]
      const fibers = yield* Effect.forEach(["a", "b"], (key) => Effect.forkChild(inTurn(key, play(key))))
      yield* Effect.yieldNow
      assert.deepStrictEqual(said, ["a begins", "b begins"])
      yield* fall
      yield* Fiber.joinAll(fibers)
    }))

  it.effect("are passed on by whoever fails, dies, or is interrupted, also while waiting", () =>
    Effect.gen(function*() {
      const [inTurn, { fall, play, said }] = [makeTurns(), yield* makeStage]
      const holder = yield* Effect.forkChild(inTurn("key", Effect.never), { startImmediately: true })
      const waiter = yield* Effect.forkChild(inTurn("key", play("waiter")), { startImmediately: true })
      const failing = yield* Effect.forkChild(inTurn("key", Effect.fail("no")), { startImmediately: true })
      const dying = yield* Effect.forkChild(inTurn("key", Effect.die("oh")), { startImmediately: true })
      const last = yield* Effect.forkChild(inTurn("key", play("last")), { startImmediately: true })
      yield* Fiber.interrupt(waiter)
      assert.deepStrictEqual(said, [])
      yield* Fiber.interrupt(holder)
      yield* fall
      yield* Fiber.join(last)
      assert.deepStrictEqual(said, ["last begins", "last ends"])
      assert.isTrue(Exit.isFailure(yield* Fiber.await(failing)))
      assert.isTrue(Exit.isFailure(yield* Fiber.await(dying)))
      assert.strictEqual(yield* inTurn("key", Effect.succeed("free")), "free")
    }))

  it.effect("many interrupted at random moments never hold up the others", () =>
    Effect.gen(function*() {
      const inTurn = makeTurns()
      let inside = 0
      const work = Effect.gen(function*() {
        inside += 1
        assert.strictEqual(inside, 1)
        yield* Effect.yieldNow
        yield* Effect.yieldNow
      }).pipe(Effect.ensuring(Effect.sync(() => inside -= 1)))
      for (let round = 0; round < 200; round++) {
        const fibers = yield* Effect.forEach(
          Array.from({ length: 6 }),
          () => Effect.forkChild(inTurn("key", work), { startImmediately: true })
        )
        for (let step = 0; step < round % 9; step++) yield* Effect.yieldNow
        yield* Effect.forEach(
          fibers,
          (fiber, index) => (round >> index) % 2 === 0 ? Fiber.interrupt(fiber) : Effect.void
        )
        yield* Effect.forEach(fibers, Fiber.await)
        yield* inTurn("key", Effect.void)
      }
    }))
})
