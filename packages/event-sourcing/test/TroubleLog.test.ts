import { assert, it } from "@effect/vitest"
import { Effect, Logger } from "effect"
import { TestClock } from "effect/testing"
import { makeTroubleLog, type Trouble, troublesMax } from "../src/TroubleLog.ts"

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
