import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { makeTcpProxy } from "@cim-domain/nats/testing/TcpProxy"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Result } from "effect"
import { command, creation, newId } from "./messages.ts"
import { failedWith, hasCode, makeRequester } from "./Requester.ts"
import { serving } from "./ServingReplica.ts"

/** Causes that a whole replica on a real broker meets, and what its requesters hear. */

const rename = (id: string, name: string) => command("UpdateOrganization", id, { name })

const created = "OrganizationCreated"
const updated = "OrganizationUpdated"

describe("policies", () => {
  it.live(
    "a broker that is restarted is waited for, and a command of before is known after; so with a line that is cut or half-open",
    () =>
      Effect.gen(function*() {
        const broker = yield* NatsServer.server()
        const line = yield* makeTcpProxy(broker.clientPort)
        const replica = yield* serving({ NATS_URL: `nats://127.0.0.1:${line.port}` })
        const requester = yield* makeRequester(broker.url)
        const id = newId()
        const first = creation(id)
        const { before: _, ...answer } = yield* requester.settle(first)
        assert.strictEqual(answer.outcome, "applied")

        yield* broker.kill
        yield* requester.until(rename(id, "Nobody hears it"), failedWith("Disconnected"))
        yield* broker.start
        const { before, ...again } = yield* requester.settle(first)
        assert.deepStrictEqual(again, { ...answer, outcome: "duplicate" }, before.join())
        assert.strictEqual((yield* requester.settle(rename(id, "After the restart"))).outcome, "applied")
        yield* replica.says("connected to", 2)
        assert.strictEqual(replica.times("lost the connection"), 1)

        yield* line.cut
        yield* replica.says("lost the connection", 2)
        const unheard = rename(id, "After the cut")
        yield* requester.until(unheard, failedWith("NoResponders"))
        yield* line.heal
        assert.strictEqual((yield* requester.settle(unheard)).outcome, "applied")

        // The broker believes in the connection and the replica too: the command is on its way for as long as it takes.
        yield* line.silence
        const late = rename(id, "Late")
        yield* requester.until(late, failedWith("Unanswered"))
        yield* line.heal
        const settled = yield* requester.settle(late)
        assert.include(["applied", "duplicate"], settled.outcome)
        assert.deepStrictEqual(yield* requester.typesOf(id), [created, updated, updated, updated])
      }),
    { timeout: 60_000 }
  )

  it.live(
    "a replica that is paused is dropped by the broker, and takes part again when it goes on; nothing happens twice",
    () =>
      Effect.gen(function*() {
        const broker = yield* NatsServer.server({ config: `ping_interval: "400ms"\nping_max: 2` })
        const paused = yield* serving({ NATS_URL: broker.url })
        const other = yield* serving({ NATS_URL: broker.url })
        const requester = yield* makeRequester(broker.url)
        const ids = Array.from({ length: 20 }, newId)
        yield* paused.signal("SIGSTOP")
        // Some go to the paused one, until the broker finds out; each is sent again with its id.
        const answers = yield* Effect.forEach(ids, (id) => requester.settle(creation(id)), { concurrency: "unbounded" })
        assert.isTrue(answers.every(({ outcome }) => outcome === "applied" || outcome === "duplicate"))
        assert.isTrue(answers.some(({ before }) => before.includes("Unanswered")), "none went to the paused one")
        yield* Effect.repeat(requester.tryOnce(rename(ids[0]!, "Acme Corporation")), {
          until: Result.isSuccess,
          times: 10
        })
        yield* paused.signal("SIGCONT")
        yield* paused.says("lost the connection")
        yield* paused.says("connected to", 2)
        assert.strictEqual(yield* other.stop, 0)
        for (const id of ids.slice(0, 3)) {
          assert.strictEqual((yield* requester.settle(rename(id, "By the one that was away"))).outcome, "applied")
        }
        const types = yield* Effect.forEach(ids, requester.typesOf, { concurrency: 8 })
        assert.deepStrictEqual(types, ids.map((_, index) => index < 3 ? [created, updated] : [created]))
      }),
    { timeout: 60_000 }
  )

  it.live(
    "too large, full, not permitted: each is answered as what it is, and the replica goes on; what may pass, passes by itself",
    () =>
      Effect.gen(function*() {
        const permissions = (denied: string) =>
          `authorization { users: [
          { user: me, password: me }
          { user: service, password: service, permissions: { publish: { deny: [${denied}] } } }
        ] }`
        const broker = yield* NatsServer.server({ maxPayloadBytes: 16_384, config: permissions("\"nothing\"") })
        const replica = yield* serving({ NATS_URL: broker.url.replace("//", "//service:service@") })
        const { api, settle, until } = yield* makeRequester(broker.url.replace("//", "//me:me@"))
        const stream = (change: Record<string, unknown>) =>
          Effect.flatMap(
            api("STREAM.INFO.ORGANIZATION_EVENTS"),
            ({ config }) => api("STREAM.UPDATE.ORGANIZATION_EVENTS", { ...config, ...change })
          )
        const works = Effect.suspend(() =>
          Effect.map(settle(creation(newId())), ({ outcome }) => assert.strictEqual(outcome, "applied"))
        )

        const large = (size: number) => creation(newId(), { metadata: { text: "x".repeat(size) } })
        const tooLarge = yield* settle(large(15_500))
        assert.deepInclude(tooLarge.failure, { code: "LIMIT_EXCEEDED", retryable: false })
        assert.deepInclude(tooLarge.failure?.details, { limit: "event_bytes", max: 16_384 })
        yield* works
        yield* stream({ max_msg_size: 4_096 })
        const tooLargeForStream = yield* settle(large(8_000))
        assert.deepInclude(tooLargeForStream.failure, { code: "LIMIT_EXCEEDED", retryable: false })
        assert.deepInclude(tooLargeForStream.failure?.details, { limit: "event_bytes", max: 4_096 })
        yield* works

        yield* stream({ max_msgs: 2, discard: "new" })
        const full = creation(newId())
        yield* until(full, hasCode("STORE_UNAVAILABLE"))
        yield* stream({ max_msgs: -1 })
        assert.strictEqual((yield* settle(full)).outcome, "applied")

        yield* broker.reload(permissions("\"organization.events.>\""))
        const refused = creation(newId())
        yield* until(refused, hasCode("STORE_UNAVAILABLE"))
        yield* replica.says("Permissions Violation")
        yield* broker.reload(permissions("\"nothing\""))
        assert.strictEqual((yield* settle(refused)).outcome, "applied")
        assert.strictEqual(yield* replica.stop, 0)
      }),
    { timeout: 60_000 }
  )
})
