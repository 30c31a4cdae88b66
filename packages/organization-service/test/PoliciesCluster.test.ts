import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { startReplica } from "@cim-domain/testbed/startReplica"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Ref } from "effect"
import { command, creation, newId } from "./messages.ts"
import { hasCode, makeRequester } from "./Requester.ts"
import { serving } from "./ServingReplica.ts"

const rename = (id: string, name: string) => command("UpdateOrganization", id, { name })

describe("policies on three brokers", () => {
  it.live(
    "a broker in lame duck mode, the leader killed, no leader, all back: replicas wait, and requesters that send again get one effect each",
    () =>
      Effect.gen(function*() {
        const config = `lame_duck_grace_period: "100ms"\nlame_duck_duration: "30s"`
        const { servers, url } = yield* NatsServer.cluster({ config })
        const replicas = yield* Effect.all([serving({ NATS_URL: url }), serving({ NATS_URL: url })], { concurrency: 2 })
        const { leadBy, leader, settle, typesOf, until } = yield* makeRequester(url)
        const indexOf = (name: string) => Number(name.slice(1)) - 1

        const hot = newId()
        yield* settle(creation(hot))
        const accepted = yield* Ref.make(1)
        /** Writes one after the other while something happens, each until it is settled. */
        const writing = <A, E>(meanwhile: Effect.Effect<A, E>) =>
          Effect.gen(function*() {
            const happening = yield* Effect.forkChild(meanwhile, { startImmediately: true })
            do {
              const n = yield* Ref.updateAndGet(accepted, (count) => count + 1)
              const { outcome, version } = yield* settle(rename(hot, `Name ${n}`))
              assert.include(["applied", "duplicate"], outcome)
              assert.strictEqual(version, n)
            } while (happening.pollUnsafe() === undefined)
            return yield* Fiber.join(happening)
          })

        // The broker that a replica is connected to, made to lead the stream as well.
        const [moved] = replicas
        const name = /connected to (n\d)/.exec(moved.log().map(({ message }) => message).join())![1]!
        const retired = indexOf(name)
        yield* leadBy(name)
        yield* writing(servers[retired]!.retire)
        yield* moved.says("lame duck mode")
        yield* moved.says("lost the connection")
        yield* moved.says("connected to", 2)
        yield* servers[retired]!.start

        const killed = indexOf(yield* leader)
        yield* writing(servers[killed]!.kill)
        yield* writing(Effect.void)

        // One of three brokers is no majority.
        const second = (killed + 1) % 3
        yield* servers[second]!.kill
        const latecomer = yield* startReplica({ NATS_URL: url })
        const undecided = rename(hot, "Nobody may say yes")
        yield* until(undecided, hasCode("STORE_UNAVAILABLE"))
        yield* Effect.all([servers[killed]!.start, servers[second]!.start], { concurrency: 2 })
        const settled = yield* settle(undecided)
        assert.include(["applied", "duplicate"], settled.outcome)
        assert.strictEqual(settled.version, (yield* Ref.get(accepted)) + 1)
        assert.lengthOf(yield* typesOf(hot), settled.version!)

        yield* latecomer.logged("ready")
        for (const replica of [...replicas, latecomer]) {
          assert.strictEqual(yield* replica.stop, 0)
        }
      }),
    { timeout: 120_000 }
  )
})
