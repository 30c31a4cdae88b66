import { eventually } from "@cim-domain/testbed/eventually"
import { assert, it } from "@effect/vitest"
import { Deferred, Effect } from "effect"
import { makeOverloadWatch } from "../src/commands/OverloadWatch.ts"
import type { NatsSocket } from "../src/connection/NatsSocket.ts"
import { type LogEntry, recorded } from "./Broker.ts"

/** A watch over a connection whose pings are answered so, and a subscription that says when it is to catch up. */
const watch = Effect.fnUntraced(function*(flush: NatsSocket["flush"]) {
  const caughtUp = yield* Deferred.make<void>()
  const catchUp = Effect.asVoid(Deferred.succeed(caughtUp, undefined))
  const overload = yield* makeOverloadWatch(
    "1 request",
    { flush } as unknown as NatsSocket,
    Effect.succeed({ drain: Effect.die("not to be drained"), catchUp })
  )
  return { overload, caughtUp }
})

it.live("who refuses, and is not reached by an answer in time, catches up", () =>
  Effect.gen(function*() {
    const { caughtUp, overload } = yield* watch(Effect.never)
    overload.refused()
    yield* Effect.timeout(Deferred.await(caughtUp), "20 seconds")
  }), 30_000)

it.live("who refuses in time goes on, and says when it is over and how many were refused", () => {
  const logged: Array<LogEntry> = []
  return Effect.gen(function*() {
    const { caughtUp, overload } = yield* watch(Effect.void)
    for (let n = 0; n < 3; n++) overload.refused()
    const last = () => logged.at(-1)?.message
    yield* eventually(
      "it is over",
      Effect.sync(() => last() === "no longer overloaded: 3 requests were refused")
    )
    assert.lengthOf(logged, 2)
    assert.isFalse(yield* Deferred.isDone(caughtUp))
  }).pipe(Effect.provide(recorded(logged)))
}, 30_000)
