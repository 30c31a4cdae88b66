import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { startReplica } from "@cim-domain/testbed/startReplica"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { ask, connectionTo } from "./Client.ts"
import { creation, newId } from "./messages.ts"

const sentence = "text may not become code in this process: messages are read and written more slowly"

it.live("a replica that may make no code of text says so once, and serves", () =>
  Effect.gen(function*() {
    const { url } = yield* NatsServer.server()
    const NODE_OPTIONS = "--disallow-code-generation-from-strings"
    const [without, usual] = yield* Effect.all([
      startReplica({ NATS_URL: url, NODE_OPTIONS }),
      startReplica({ NATS_URL: url })
    ])
    yield* Effect.all([without.logged("ready"), usual.logged("ready")])
    const said = without.log().filter(({ message }) => message === sentence)
    assert.deepStrictEqual(said.map(({ level }) => level), ["INFO"])
    assert.notInclude(usual.output(), sentence)
    yield* usual.signal("SIGTERM")
    assert.strictEqual(yield* usual.exit, 0)
    const answer = yield* Effect.provide(ask(creation(newId())), connectionTo(url))
    assert.strictEqual(answer.outcome, "applied")
    yield* without.signal("SIGTERM")
    assert.strictEqual(yield* without.exit, 0)
  }), { timeout: 60_000 })
