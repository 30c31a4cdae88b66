import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { eventually } from "@cim-domain/testbed/eventually"
import { startReplica } from "@cim-domain/testbed/startReplica"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { ask, connectionTo } from "./Client.ts"
import { api } from "./InProcess.ts"
import { command, creation, newId } from "./messages.ts"

const guide = readFileSync(join(import.meta.dirname, "../../../docs/deployment.md"), "utf8")

/** The permissions that the guide tells operators to give to the service. */
const [, recommended] = /```text\n(permissions: \{[^`]*)```/.exec(guide) ?? []

it.live("the permissions in the deployment guide are all that the service needs", () =>
  Effect.gen(function*() {
    assert.isDefined(recommended)
    const server = yield* NatsServer.server({
      config: `authorization { users: [
        { user: me, password: me }
        { user: service, password: service, ${recommended} }
      ] }`
    })
    const [mine, its] = ["me:me", "service:service"].map((user) => server.url.replace("//", `//${user}@`))
    const start = Effect.tap(
      startReplica({ NATS_URL: its!, SNAPSHOT_FREQ: "2" }),
      (replica) => replica.logged("ready")
    )
    const first = yield* start
    yield* Effect.gen(function*() {
      const id = newId()
      const outcomes = yield* Effect.forEach([
        creation(id),
        command("UpdateOrganization", id, { name: "New" }),
        command("UpdateOrganization", id, { name: "New" }),
        command("CreateDepartment", id, { name: "Research", code: "RES" })
      ], (sent) => Effect.map(ask(sent), ({ outcome }) => outcome))
      assert.deepStrictEqual(outcomes, ["applied", "applied", "no_change", "applied"])
      yield* eventually(
        "a snapshot",
        Effect.map(
          api<{ readonly state: { readonly messages: number } }>("STREAM.INFO.ORGANIZATION_SNAPSHOTS"),
          ({ state }) => state.messages > 0
        )
      )
      assert.strictEqual(yield* first.stop, 0)
      const second = yield* start
      const again = yield* ask(command("UpdateOrganization", id, { name: "New" }))
      assert.deepInclude(again, { outcome: "no_change", version: 3 })
      const third = yield* start
      yield* eventually(
        "a replica that watches what the other appends",
        Effect.gen(function*() {
          yield* ask(command("UpdateOrganization", id, { name: newId() }))
          const { consumers } = yield* api<{ readonly consumers: ReadonlyArray<string> | null }>(
            "CONSUMER.NAMES.ORGANIZATION_EVENTS"
          )
          return (consumers ?? []).length > 0
        })
      )
      for (const replica of [first, second, third]) {
        assert.deepStrictEqual(replica.log().filter(({ level }) => level !== "INFO"), [])
      }
    }).pipe(Effect.provide(connectionTo(mine!)))
  }), 60_000)
