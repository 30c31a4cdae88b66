import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { eventually } from "@cim-domain/testbed/eventually"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { ask, connectionTo } from "./Client.ts"
import { api } from "./InProcess.ts"
import { command, creation, newId } from "./messages.ts"
import { serving } from "./ServingReplica.ts"

type Config = Readonly<Record<string, unknown>>

const configOf = Effect.map(
  api<{ readonly config: Config }>("STREAM.INFO.ORGANIZATION_EVENTS"),
  ({ config }) => config
)

const update = (change: (config: Config) => Config) =>
  Effect.flatMap(configOf, (config) => api("STREAM.UPDATE.ORGANIZATION_EVENTS", change(config)))

it.live(
  "while the stream stores events under other subjects nothing is answered as applied, which is said once; afterwards it goes on",
  () =>
    Effect.gen(function*() {
      const { url } = yield* NatsServer.server()
      const replica = yield* serving({ NATS_URL: url })
      yield* Effect.gen(function*() {
        const id = newId()
        assert.strictEqual((yield* ask(creation(id))).outcome, "applied")
        yield* update((config) => ({
          ...config,
          subject_transform: { src: "organization.events.>", dest: "elsewhere.>" }
        }))
        const rename = () => ask(command("UpdateOrganization", id, { name: newId() }))
        yield* eventually("it is noticed", Effect.map(rename(), ({ failure }) => failure?.code === "STORE_UNAVAILABLE"))
        for (let n = 0; n < 50; n++) {
          const { failure } = yield* n % 2 === 0 ? rename() : ask(creation(newId()))
          assert.deepInclude(failure, { code: "STORE_UNAVAILABLE", retryable: true })
        }
        const lines = (level: string) => replica.log().filter((line) => line.level === level)
        assert.lengthOf(lines("ERROR"), 1)
        assert.include(String(lines("ERROR")[0]?.message), "nats stream edit ORGANIZATION_EVENTS --no-transform")
        assert.lengthOf(lines("WARN"), 0)

        yield* update((config) => ({ ...config, subject_transform: undefined }))
        yield* eventually("it is mended", Effect.map(rename(), ({ outcome }) => outcome === "applied"))
        yield* replica.says("can be used again")
        const over = replica.log().map(({ message }) =>
          / can be used again, after \d+\.\d s in which (\d+) requests were refused, since /.exec(String(message))?.[1]
        )
        assert.isAtLeast(Number(over.find((count) => count !== undefined)), 50)
        assert.deepInclude(yield* ask(command("UpdateOrganization", id, { name: "Last" })), { outcome: "applied" })
      }).pipe(Effect.provide(connectionTo(url)))
    }),
  120_000
)

it.live("a sealed stream is answered with the cause as what may pass, and said once", () =>
  Effect.gen(function*() {
    const { url } = yield* NatsServer.server()
    const replica = yield* serving({ NATS_URL: url })
    yield* Effect.gen(function*() {
      const id = newId()
      yield* ask(creation(id))
      yield* update((config) => ({ ...config, sealed: true }))
      for (let n = 0; n < 20; n++) {
        const { failure } = yield* ask(command("UpdateOrganization", id, { name: newId() }))
        assert.deepInclude(failure, { code: "STORE_UNAVAILABLE", retryable: true })
        assert.include(JSON.stringify(failure), "cannot be used as it is set up")
      }
      yield* replica.says("is sealed")
      assert.lengthOf(replica.log().filter(({ level }) => level === "ERROR"), 1)
      assert.lengthOf(replica.log().filter(({ level }) => level === "WARN"), 0)
    }).pipe(Effect.provide(connectionTo(url)))
  }), 120_000)
