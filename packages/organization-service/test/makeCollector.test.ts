import { makeCollector, maxBatchesUnderWay } from "@cim-domain/service/makeCollector"
import { assert, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Logger } from "effect"
import { HttpClient, HttpClientError, HttpClientResponse } from "effect/http"
import { TestClock } from "effect/testing"

type Behaviour = "takes" | "hangs" | "away" | number

/** A collector in memory that behaves as it is told, and the client for it. */
const behaving = Effect.fnUntraced(function*(first: Behaviour) {
  const seen = { now: first, tries: 0, open: 0 }
  const lines: Array<string> = []
  const http = HttpClient.make((request) =>
    Effect.suspend(() => {
      seen.tries += 1
      const { now } = seen
      if (now === "away") {
        const cause = new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") })
        return Effect.fail(
          new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) })
        )
      }
      if (now === "hangs") {
        seen.open += 1
        return Effect.onInterrupt(Effect.never, () => Effect.sync(() => void (seen.open -= 1)))
      }
      const response = new Response("{}", { status: now === "takes" ? 200 : now })
      return Effect.succeed(HttpClientResponse.fromWeb(request, response))
    })
  )
  const client = yield* Effect.provideService(makeCollector("http://collector:4318"), HttpClient.HttpClient, http)
  const logger = Logger.make(({ message }) => lines.push(String(message)))
  return {
    seen,
    lines,
    /** Sends batches side by side. */
    send: (batches: number) =>
      Effect.forEach(Array.from({ length: batches }), () => client.post("http://collector:4318/v1/traces"), {
        concurrency: "unbounded",
        discard: true
      }).pipe(Effect.provide(Logger.layer([logger])), Effect.forkChild)
  }
})

it.effect("a collector that hangs holds four batches for ten seconds, and no more", () =>
  Effect.gen(function*() {
    const { lines, seen, send } = yield* behaving("hangs")
    const first = yield* send(3)
    yield* TestClock.adjust("9 seconds")
    assert.deepStrictEqual([seen.open, seen.tries], [3, 3])
    const more = yield* send(20)
    yield* TestClock.adjust("1 second")
    assert.deepStrictEqual([seen.open, seen.tries], [maxBatchesUnderWay - 3, maxBatchesUnderWay])
    assert.deepStrictEqual(yield* Fiber.await(first), Exit.void)
    yield* TestClock.adjust("9 seconds")
    assert.deepStrictEqual(yield* Fiber.await(more), Exit.void)
    assert.strictEqual(seen.open, 0)
    assert.strictEqual(lines.length, 1)
    assert.match(lines[0]!, /http:\/\/collector:4318 is slow: 4 batches are under way; .* dropped$/)
  }))

it.effect("a collector that is away is tried again, and the log says so once, and when it is over", () =>
  Effect.gen(function*() {
    const { lines, seen, send } = yield* behaving("away")
    for (let minute = 0; minute < 5; minute++) {
      yield* send(1)
      yield* TestClock.adjust("1 minute")
    }
    assert.strictEqual(seen.tries, 5 * 4)
    assert.deepStrictEqual(lines, [
      "the collector at http://collector:4318 cannot be reached: connect ECONNREFUSED; spans and metrics are dropped"
    ])
    seen.now = "takes"
    for (let batch = 0; batch < 3; batch++) {
      yield* send(1)
      yield* TestClock.adjust("30 seconds")
    }
    assert.strictEqual(seen.tries, 5 * 4 + 3)
    assert.deepStrictEqual(lines.slice(1), [
      "the collector at http://collector:4318 takes everything again, after 5 dropped batches"
    ])
  }))

it.effect("what is wrong is said at once when there is more than is kept", () =>
  Effect.gen(function*() {
    const { lines, send } = yield* behaving("away")
    yield* send(5)
    yield* TestClock.adjust("0 seconds")
    assert.match(lines.join(), /cannot be reached: connect ECONNREFUSED; /)
  }))

it.effect("a collector that comes back in time has lost nothing", () =>
  Effect.gen(function*() {
    const { lines, seen, send } = yield* behaving("away")
    const batch = yield* send(1)
    yield* TestClock.adjust("1500 millis")
    seen.now = "takes"
    yield* TestClock.adjust("500 millis")
    assert.deepStrictEqual(yield* Fiber.await(batch), Exit.void)
    assert.deepStrictEqual([seen.tries, lines], [3, []])
  }))

it.effect("a refusal is final, one for the moment is not", () =>
  Effect.gen(function*() {
    for (const [status, tries] of [[401, 1], [404, 1], [503, 4]] as const) {
      const { lines, seen, send } = yield* behaving(status)
      yield* send(1)
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(seen.tries, tries)
      assert.deepStrictEqual(lines, [
        `the collector at http://collector:4318 answers with status ${status}; spans and metrics are dropped`
      ])
    }
  }))
