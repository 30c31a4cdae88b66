import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Fiber, Result } from "effect"
import { TestClock } from "effect/testing"
import type { NatsSocket } from "../src/connection/NatsSocket.ts"
import { makeLeaderLease } from "../src/stream/LeaderLease.ts"

/** What leaders say of themselves: two of them cannot be had from servers on demand, only hoped for. */
const described = (replicas = 3) => {
  const said = {
    replicas,
    leader: "n1" as string | undefined,
    millisSinceContact: [1, 1],
    asked: 0,
    answered: 0,
    delayMillis: 0
  }
  const socket = {
    request: () =>
      Effect.gen(function*() {
        said.asked += 1
        if (said.delayMillis > 0) yield* Effect.sleep(said.delayMillis)
        said.answered += 1
        const text = JSON.stringify({
          config: { name: "THINGS", num_replicas: said.replicas },
          created: "",
          state: { first_seq: 1, last_seq: 1, bytes: 1 },
          cluster: {
            leader: said.leader,
            replicas: said.millisSinceContact.map((millis) => ({ active: millis * 1_000_000 }))
          }
        })
        return { string: () => text }
      })
  } as unknown as NatsSocket
  /** Whether what is read now is believed in the end, however long that takes. */
  const lease = Effect.map(
    makeLeaderLease(socket, "THINGS", () => said.replicas),
    ({ confirm }) => (read = Effect.void) =>
      Effect.gen(function*() {
        const asking = yield* Effect.forkChild(Effect.result(confirm(read)))
        // In small steps, so that questions and answers take turns as they do in time.
        for (let n = 0; asking.pollUnsafe() === undefined; n++) {
          assert.isBelow(n, 200, "no answer in 20 seconds")
          yield* TestClock.adjust("100 millis")
        }
        return Result.isSuccess(yield* Fiber.join(asking))
      })
  )
  return { said, lease }
}

describe("a leader", () => {
  it.effect("is believed while a majority is in contact with it", () =>
    Effect.gen(function*() {
      const { lease, said } = described()
      const isBelieved = yield* lease
      assert.isTrue(yield* isBelieved())
      said.millisSinceContact = [60_000, 900]
      yield* TestClock.adjust("1 minute")
      assert.isTrue(yield* isBelieved(), "one of two others is enough")
      said.millisSinceContact = [60_000, 60_000]
      yield* TestClock.adjust("10 seconds")
      assert.isFalse(yield* isBelieved(), "neither of them")
      said.millisSinceContact = [0, 0]
      assert.isFalse(yield* isBelieved(), "zero stands for never")
    }))

  it.effect("that was alone is believed, until its stream gets more replicas: from then on it takes a majority", () =>
    Effect.gen(function*() {
      const { lease, said } = described(1)
      const isBelieved = yield* lease
      assert.isTrue(yield* isBelieved())
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(said.asked, 0)
      said.millisSinceContact = [60_000, 60_000]
      said.replicas = 3
      assert.isFalse(yield* isBelieved())
      said.millisSinceContact = [1, 1]
      yield* TestClock.adjust("5 seconds")
      assert.isTrue(yield* isBelieved())
    }))

  it.effect("is believed at once when it has led for a while", () =>
    Effect.gen(function*() {
      const { lease } = described()
      const isBelieved = yield* lease
      yield* TestClock.adjust("5 seconds")
      const before = yield* Clock.currentTimeMillis
      assert.isTrue(yield* isBelieved())
      assert.isAtMost((yield* Clock.currentTimeMillis) - before, 100)
    }))

  it.effect("is not believed when it leads no more as the answer comes", () =>
    Effect.gen(function*() {
      const { lease, said } = described()
      const isBelieved = yield* lease
      yield* TestClock.adjust("5 seconds")
      const change = Effect.andThen(Effect.sync(() => said.leader = "n2"), Effect.sleep("1 second"))
      assert.isFalse(yield* isBelieved(Effect.asVoid(change)))
    }))

  it.effect("that is another one than before is believed only when it still leads a second later", () =>
    Effect.gen(function*() {
      const { lease, said } = described()
      const isBelieved = yield* lease
      yield* TestClock.adjust("5 seconds")
      said.leader = "n2"
      yield* TestClock.adjust("600 millis")
      const before = yield* Clock.currentTimeMillis
      assert.isTrue(yield* isBelieved())
      assert.isAtLeast((yield* Clock.currentTimeMillis) - before, 500)
    }))

  it.effect("is not believed to have answered before it was seen to lead", () =>
    Effect.gen(function*() {
      const { lease, said } = described()
      const isBelieved = yield* lease
      yield* TestClock.adjust("5 seconds")
      said.millisSinceContact = [60_000, 60_000]
      yield* TestClock.adjust("10 seconds")
      said.delayMillis = 300
      while (said.asked === said.answered) yield* TestClock.adjust("100 millis")
      Object.assign(said, { leader: "n2", millisSinceContact: [1, 1] })
      assert.isFalse(yield* isBelieved(), "the old one may have answered while the new one was asked who it is")
    }))

  it.effect("that is another one than before is believed where the one before is still silent a second later", () =>
    Effect.gen(function*() {
      const { lease, said } = described()
      const isBelieved = yield* lease
      yield* TestClock.adjust("5 seconds")
      Object.assign(said, { leader: "n2", millisSinceContact: [8_000, 1] })
      yield* TestClock.adjust("3 seconds")
      const before = yield* Clock.currentTimeMillis
      assert.isTrue(yield* isBelieved())
      assert.isAtLeast((yield* Clock.currentTimeMillis) - before, 1_000)
      const comesBack = Effect.sync(() => said.millisSinceContact = [1, 1])
      assert.isFalse(yield* isBelieved(comesBack), "the one before may have answered")
      yield* TestClock.adjust("3 seconds")
      assert.isTrue(yield* isBelieved(), "it follows by now")
      said.millisSinceContact = [8_000, 1]
      yield* TestClock.adjust("1 minute")
      const later = yield* Clock.currentTimeMillis
      assert.isTrue(yield* isBelieved())
      assert.isAtMost((yield* Clock.currentTimeMillis) - later, 100, "nobody takes itself for the leader for so long")
    }))

  it.effect("is believed while another server, which does not lead, says that nobody does", () =>
    Effect.gen(function*() {
      const { lease, said } = described()
      const isBelieved = yield* lease
      yield* TestClock.adjust("5 seconds")
      Object.assign(said, { leader: undefined, millisSinceContact: [8_000, 8_000, 8_000] })
      assert.isTrue(yield* isBelieved(), "no other one can lead yet")
      yield* TestClock.adjust("5 seconds")
      assert.isFalse(yield* isBelieved(), "another one may lead by now")
    }))

  it.effect("of a stream without replicas always leads", () =>
    Effect.gen(function*() {
      const { lease, said } = described(1)
      const isBelieved = yield* lease
      said.millisSinceContact = []
      assert.isTrue(yield* isBelieved(Effect.sleep("10 seconds")))
      assert.strictEqual(said.asked, 0)
    }))
})
