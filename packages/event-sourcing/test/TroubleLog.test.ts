import { assert, it } from "@effect/vitest"
import { Clock, Effect, Logger } from "effect"
import { TestClock } from "effect/testing"
import { againMillis, makeTroubleLog, type Trouble, troublesMax } from "../src/telemetry/TroubleLog.ts"

/** Gives what has been logged since it was asked last. */
const recorder = () => {
  const lines: Array<string> = []
  const layer = Logger.layer([Logger.make(({ message }) => void lines.push(String(message)))])
  return { layer, news: () => lines.splice(0) }
}

const trouble = (key: string, more: Partial<Trouble> = {}): Trouble => ({
  key,
  level: "Warn",
  message: `${key} fails`,
  over: (count) => `${key} failed ${count} times`,
  ...more
})

it.effect("a trouble is said when it begins and when it is over, with since and count, however often it comes up", () => {
  const { layer, news } = recorder()
  return Effect.gen(function*() {
    const { found } = yield* makeTroubleLog
    for (let n = 0; n < 300; n++) {
      yield* found(trouble("a"))
      yield* TestClock.adjust("100 millis")
    }
    assert.deepStrictEqual(news(), ["a fails"])
    yield* TestClock.adjust("11 seconds")
    assert.deepStrictEqual(news(), ["a failed 300 times, since 1970-01-01T00:00:00.000Z"])
    yield* TestClock.adjust("1 minute")
    assert.deepStrictEqual(news(), [])
    yield* found(trouble("a"))
    assert.deepStrictEqual(news(), ["a fails"])
  }).pipe(Effect.provide(layer))
})

it.effect("failures and successes that take turns are one trouble", () => {
  const { layer, news } = recorder()
  return Effect.gen(function*() {
    const { found, works } = yield* makeTroubleLog
    for (let n = 0; n < 100; n++) {
      yield* found(trouble("a", { lasts: true }))
      works()
      yield* TestClock.adjust("3 seconds")
    }
    assert.deepStrictEqual(news(), ["a fails"])
    yield* TestClock.adjust("11 seconds")
    assert.lengthOf(news(), 1)
  }).pipe(Effect.provide(layer))
})

it.effect("a trouble of which silence is no proof lasts until something works", () => {
  const { layer, news } = recorder()
  return Effect.gen(function*() {
    const { found, works } = yield* makeTroubleLog
    yield* found(trouble("a", { lasts: true, count: 7 }))
    yield* found(trouble("b", { lasts: true, quietMillis: 0 }))
    yield* TestClock.adjust("1 hour")
    assert.deepStrictEqual(news(), ["a fails", "b fails"])
    works("b")
    yield* TestClock.adjust("1 second")
    assert.deepStrictEqual(news(), ["b failed 1 times, since 1970-01-01T00:00:00.000Z"])
    works()
    yield* found(trouble("a", { lasts: true }))
    yield* TestClock.adjust("1 hour")
    assert.deepStrictEqual(news(), [])
    works()
    yield* TestClock.adjust("1 second")
    assert.deepStrictEqual(news(), ["a failed 8 times, since 1970-01-01T00:00:00.000Z"])
  }).pipe(Effect.provide(layer))
})

it.effect("more troubles than a person can read are counted", () => {
  const { layer, news } = recorder()
  return Effect.gen(function*() {
    const { found } = yield* makeTroubleLog
    for (let n = 0; n < 1_000; n++) yield* found(trouble(`${n % 500}`))
    const said = news()
    assert.lengthOf(said, troublesMax + 1)
    assert.strictEqual(said.at(-1), `${troublesMax} fails; further ones are only counted`)
    yield* TestClock.adjust("11 seconds")
    const counts = news().map((line) => Number(/failed (\d+) times/.exec(line)?.[1]))
    assert.strictEqual(counts.reduce((sum, count) => sum + count), 1_000)
  }).pipe(Effect.provide(layer))
})

it.effect("what is known to be over is said at once, with how long it lasted and how often it came up", () => {
  const { layer, news } = recorder()
  return Effect.gen(function*() {
    const { found, isOver } = yield* makeTroubleLog
    yield* isOver()
    for (let n = 0; n < 300; n++) {
      yield* found(known("full"))
      yield* TestClock.adjust("10 millis")
    }
    yield* found(known("lost"))
    yield* isOver("full")
    yield* isOver("full")
    assert.deepStrictEqual(news(), [
      "full fails",
      "lost fails",
      "full for 3.0 s, 300 times, since 1970-01-01T00:00:00.000Z"
    ])
    yield* TestClock.adjust("1 hour")
    assert.deepStrictEqual(news(), [])
    yield* isOver()
    assert.deepStrictEqual(news(), ["lost for 3600.0 s, 1 times, since 1970-01-01T00:00:03.000Z"])
  }).pipe(Effect.provide(layer))
})

it.effect("how long it lasted is told of when it worked, or came up last, and not of when it was looked at", () => {
  const { layer, news } = recorder()
  return Effect.gen(function*() {
    const { found, works } = yield* makeTroubleLog
    yield* found(known("a", { quietMillis: undefined }))
    yield* found(known("b", { quietMillis: undefined, lasts: false }))
    yield* TestClock.adjust("3 seconds")
    yield* found(known("b", { quietMillis: undefined, lasts: false }))
    yield* TestClock.adjust("30 seconds")
    works("a")
    yield* TestClock.adjust("1 minute")
    assert.includeMembers(news().map((line) => line.split(",")[0]), ["a for 33.0 s", "b for 3.0 s"])
  }).pipe(Effect.provide(layer))
})

for (
  const [what, seconds, more] of [
    ["with a success after each failure", 1, {}],
    ["with silence after each failure", 15, { quietMillis: undefined, lasts: false }]
  ] as const
) {
  it.effect(`what comes and goes, ${what}, is said twice a minute at most, and all of it is counted`, () => {
    const times: Array<number> = []
    let told = 0
    const layer = Logger.layer([Logger.make(({ date, message }) => {
      times.push(date.getTime())
      told += Number(/, (\d+) times/.exec(String(message))?.[1] ?? 0)
    })])
    return Effect.gen(function*() {
      const { found, isOver } = yield* makeTroubleLog
      for (let n = 0; n < 200; n++) {
        yield* found(known("a", more))
        yield* isOver()
        yield* TestClock.adjust(`${seconds} seconds`)
      }
      yield* TestClock.adjust("3 minutes")
      assert.strictEqual(told, 200)
      const end = yield* Clock.currentTimeMillis
      assert.isAtLeast(times.length, 4)
      assert.isAtMost(times.length, 2 * end / 60_000)
      for (const [index, time] of times.entries()) {
        const next = times[index + 2]
        if (next !== undefined) assert.isAtLeast(next - time, 60_000, times.join())
      }
    }).pipe(Effect.provide(layer))
  })
}

it.effect("what begins again soon and lasts is said when a minute has passed, without coming up once more", () => {
  const { layer, news } = recorder()
  return Effect.gen(function*() {
    const { found, isOver } = yield* makeTroubleLog
    yield* found(known("a"))
    yield* isOver()
    yield* found(known("a", { message: "a still fails" }))
    assert.lengthOf(news(), 2)
    yield* TestClock.adjust(againMillis - 1_000)
    assert.deepStrictEqual(news(), [])
    yield* TestClock.adjust("2 seconds")
    assert.deepStrictEqual(news(), ["a still fails"])
    yield* isOver()
    assert.deepStrictEqual(news(), ["a for 61.0 s, 1 times, since 1970-01-01T00:00:00.000Z"])
  }).pipe(Effect.provide(layer))
})

/** Of which it is known when it is over. */
const known = (key: string, more: Partial<Trouble> = {}): Trouble =>
  trouble(key, {
    over: (count, seconds) => `${key} for ${seconds} s, ${count} times`,
    quietMillis: 0,
    lasts: true,
    ...more
  })
