import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import * as LogOnChange from "../src/connection/LogOnChange.ts"
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
    // Whoever makes up causes makes no more lines than this.
    yield* say(...Array.from({ length: 1_000 }, (_, n) => `${n}`), "a")
    const said = yield* news
    assert.lengthOf(said, 64)
    assert.strictEqual(said.at(-1), "63; more of the kind are not said")
    yield* TestClock.adjust("1 minute")
    yield* say("b", "c")
    assert.deepStrictEqual(yield* news, ["b", "c"])
  }).pipe(Effect.provide(recorded(logged)))
})

it.effect("a subject that is refused for one aggregate after the other is one cause", () => {
  const logged: Array<LogEntry> = []
  return Effect.gen(function*() {
    const { log } = LogOnChange.make()
    const refused = (subject: string) => log("Error", `Permissions Violation for Publish to "${subject}"`)
    for (let n = 0; n < 500; n++) yield* refused(`things.events.${n}.made`)
    yield* refused("things.snapshots.1")
    assert.deepStrictEqual(logged.map(({ message }) => /"(.*)"/.exec(message)?.[1]), [
      "things.events.0.made",
      "things.snapshots.1"
    ])
  }).pipe(Effect.provide(recorded(logged)))
})
