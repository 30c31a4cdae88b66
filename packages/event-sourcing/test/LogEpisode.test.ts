import { assert, it } from "@effect/vitest"
import { Effect, Logger } from "effect"
import { TestClock } from "effect/testing"
import { makeLogEpisode } from "../src/LogEpisode.ts"

const episode = () =>
  makeLogEpisode({
    level: "Error",
    begins: (detail) => `full: ${detail}`,
    ends: ({ seconds, times }) => `over: ${seconds} s, ${times} times`
  })

it.effect("what lasts is said when it begins and when it is over, with how long and how often", () => {
  const logged: Array<string> = []
  return Effect.gen(function*() {
    const { isOn, isOver, shows } = episode()
    yield* isOver
    assert.isFalse(isOn())
    for (let n = 0; n < 300; n++) {
      yield* shows("no room")
      yield* TestClock.adjust("10 millis")
    }
    assert.isTrue(isOn())
    yield* isOver
    yield* isOver
    assert.deepStrictEqual(logged, ["Error full: no room", "Info over: 3.0 s, 300 times"])
  }).pipe(Effect.provide(recordedIn(logged)))
})

it.effect("what comes and goes all the time is said twice a minute at most", () => {
  const logged: Array<string> = []
  return Effect.gen(function*() {
    const { isOver, shows } = episode()
    for (let second = 0; second < 180; second++) {
      yield* shows("no room")
      yield* isOver
      yield* TestClock.adjust("1 second")
    }
    assert.isAtMost(logged.length, 7)
    const before = logged.length
    yield* shows("still")
    yield* TestClock.adjust("2 minutes")
    yield* shows("still")
    assert.isAbove(logged.length, before, "what lasts is said, also when it began quietly")
  }).pipe(Effect.provide(recordedIn(logged)))
})

const recordedIn = (lines: Array<string>) =>
  Logger.layer([
    Logger.make(({ logLevel, message }) => {
      lines.push(`${logLevel} ${Array.isArray(message) ? message.join(" ") : String(message)}`)
    })
  ])
