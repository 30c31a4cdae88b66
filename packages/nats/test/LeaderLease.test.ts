import type { NatsSocket } from "@cim-domain/nats/NatsSocket"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Result } from "effect"
import { TestClock } from "effect/testing"
import { makeLeaderLease } from "../src/internal/LeaderLease.ts"

/** What leaders say of themselves: two of them cannot be had from servers on demand, only hoped for. */
const described = (replicas = 3) => {
  const said = { leader: "n1", millisSinceContact: [1, 1], asked: 0 }
  const socket = {
    request: () =>
      Effect.sync(() => {
        said.asked += 1
        const text = JSON.stringify({
          config: { name: "THINGS", num_replicas: replicas },
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
  const { confirm } = makeLeaderLease(socket, "THINGS", replicas)
  return {
    said,
    isBelieved: (read: Effect.Effect<void> = Effect.void) => Effect.map(Effect.result(confirm(read)), Result.isSuccess)
  }
}

describe("a leader", () => {
  it.effect("is believed while a majority was in contact with it within three seconds", () =>
    Effect.gen(function*() {
      const { isBelieved, said } = described()
      assert.isTrue(yield* isBelieved())
      said.millisSinceContact = [60_000, 2_900]
      yield* TestClock.adjust("1 minute")
      assert.isTrue(yield* isBelieved(), "one of two others is enough")
      yield* TestClock.adjust("1 minute")
      said.millisSinceContact = [3_100, 60_000]
      assert.isFalse(yield* isBelieved())
      said.millisSinceContact = [0, 0]
      assert.isFalse(yield* isBelieved(), "zero stands for never")
    }))

  it.effect("is not asked about itself as long as it is known to lead, and not believed for what it says later", () =>
    Effect.gen(function*() {
      const { isBelieved, said } = described()
      assert.isTrue(yield* isBelieved())
      yield* TestClock.adjust("1500 millis")
      assert.isTrue(yield* isBelieved())
      assert.strictEqual(said.asked, 1)
      assert.isFalse(yield* isBelieved(TestClock.adjust("10 seconds")), "an answer that took ten seconds")
    }))

  it.effect("is not believed for two seconds when it is another one than before", () =>
    Effect.gen(function*() {
      const { isBelieved, said } = described()
      assert.isTrue(yield* isBelieved())
      said.leader = "n2"
      yield* TestClock.adjust("10 seconds")
      assert.isFalse(yield* isBelieved())
      yield* TestClock.adjust("1900 millis")
      assert.isFalse(yield* isBelieved())
      yield* TestClock.adjust("200 millis")
      assert.isTrue(yield* isBelieved())
    }))

  it.effect("of a stream without replicas always leads", () =>
    Effect.gen(function*() {
      const { isBelieved, said } = described(1)
      said.millisSinceContact = []
      assert.isTrue(yield* isBelieved(TestClock.adjust("10 seconds")))
      assert.strictEqual(said.asked, 0)
    }))
})
