import { NatsConnection } from "@cim-domain/nats"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { startReplica } from "@cim-domain/testbed/startReplica"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { ask, connectionTo } from "./Client.ts"
import { api } from "./InProcess.ts"
import { command, creation, newId } from "./messages.ts"

it.live(
  "an answer goes to no stream, and is no request to the broker, whatever subject a requester names",
  () =>
    Effect.gen(function*() {
      const server = yield* NatsServer.server()
      const replica = yield* startReplica({ NATS_URL: server.url })
      yield* replica.logged("ready")
      yield* Effect.gen(function*() {
        const { main } = yield* NatsConnection
        const heard: Array<string> = []
        yield* main.subscribe({
          subject: ">",
          resubscribe: false,
          onMessage: ({ subject }) => heard.push(subject),
          onEnd: () => undefined
        })
        const id = newId()
        yield* ask(creation(id))
        const forbidden = [
          `organization.events.${id}.updated`,
          `organization.snapshots.${id}`,
          `organization.commands.${id}.update_organization`,
          "$JS.API.STREAM.PURGE.ORGANIZATION_EVENTS"
        ]
        for (const reply of [...forbidden, "elsewhere"]) {
          yield* main.publish("organization.commands.new.create_organization", "{}", { reply })
        }
        // Commands to one replica are begun in order, and none of these waits for anything.
        const after = yield* ask(command("CreateDepartment", id, { name: "Research", code: "RES" }))
        assert.strictEqual(after.outcome, "applied")
        yield* main.flush
        assert.include(heard, "elsewhere")
        assert.deepStrictEqual(heard.filter((subject) => forbidden.includes(subject)), [])
        const { state } = yield* api<{ readonly state: { readonly messages: number } }>(
          "STREAM.INFO.ORGANIZATION_EVENTS"
        )
        assert.strictEqual(state.messages, 2)
      }).pipe(Effect.provide(connectionTo(server.url)))
    }),
  60_000
)
