import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import * as LogOnChange from "../src/internal/LogOnChange.ts"
import { type LogEntry, recorded } from "./Broker.ts"

it.effect("logs a cause when it is news: first, after a minute without it, and after it was forgotten", () => {
  const logged: Array<LogEntry> = []
  return Effect.gen(function*() {
    const { forget, log } = LogOnChange.make()
    const say = (...messages: ReadonlyArray<string>) =>
      Effect.forEach(messages, (message) => log("Warn", message), { discard: true })
    const news = Effect.sync(() => logged.splice(0).map(({ message }) => message))
    yield* say("a", "a", "b", "a", "b")
    assert.deepStrictEqual(yield* news, ["a", "b"])
    yield* TestClock.adjust("50 seconds")
    yield* say("a")
    yield* TestClock.adjust("50 seconds")
    yield* say("a", "b")
    assert.deepStrictEqual(yield* news, ["b"])
    yield* forget
    yield* say("a")
    assert.deepStrictEqual(yield* news, ["a"])
    yield* say(...Array.from({ length: 100 }, (_, n) => `${n}`), "a")
    assert.strictEqual((yield* news).at(-1), "a")
  }).pipe(Effect.provide(recorded(logged)))
})
