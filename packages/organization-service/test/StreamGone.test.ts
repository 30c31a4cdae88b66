import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import type { Program } from "@cim-domain/testbed/Program"
import { startReadyReplica, startReplica } from "@cim-domain/testbed/startReplica"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { backup, removeEvents, restore } from "./Backup.ts"
import { ask, connectionTo } from "./Client.ts"
import { api } from "./InProcess.ts"
import { command, creation, newId } from "./messages.ts"

const names = Effect.map(
  api<{ readonly streams: ReadonlyArray<string> | null }>("STREAM.NAMES"),
  ({ streams }) => streams ?? []
)

const fatal = (replica: Program) =>
  replica.log().filter(({ level }) => level === "FATAL").map(({ message }) => String(message))

describe("a stream of events that is gone", () => {
  it.live(
    "under a replica it ends it, and no other one takes its place, until the backup is put back: then it goes on with its memory",
    () =>
      Effect.gen(function*() {
        const { url } = yield* NatsServer.server()
        const env = { NATS_URL: url }
        yield* Effect.gen(function*() {
          // The runbook of the guide: what is acknowledged is in the backup.
          const first = yield* startReadyReplica(env)
          const id = newId()
          const commands = [creation(id), command("UpdateOrganization", id, { name: "Kept" })]
          const answers = yield* Effect.forEach(commands, (sent) => ask(sent))
          assert.deepStrictEqual(answers.map(({ outcome }) => outcome), ["applied", "applied"])
          const saved = yield* backup

          yield* removeEvents
          assert.strictEqual(yield* first.exit, 1)
          assert.include(fatal(first).join(), "ORGANIZATION_EVENTS does not exist any more")

          for (const create of ["true", "false"]) {
            const again = yield* startReplica({ ...env, CREATE_STREAMS: create })
            assert.strictEqual(yield* again.exit, 1)
            const lines = fatal(again)
            assert.lengthOf(lines, 1)
            assert.notInclude(lines[0], "\n")
            assert.include(lines[0], "nats stream restore ORGANIZATION_EVENTS")
            assert.include(lines[0], "nats stream rm ORGANIZATION_SNAPSHOTS")
            assert.deepStrictEqual(yield* names, ["ORGANIZATION_SNAPSHOTS"])
          }

          yield* restore(saved)
          yield* startReadyReplica(env)
          const repeated = yield* Effect.forEach(commands, (sent) => ask(sent))
          assert.deepStrictEqual(
            repeated.map(({ events, outcome }) => ({ events, outcome })),
            answers.map(({ events }) => ({ events, outcome: "duplicate" }))
          )
          const next = yield* ask(command("UpdateOrganization", id, { name: "After" }))
          assert.deepInclude(next, { outcome: "applied", version: 3 })
        }).pipe(Effect.provide(connectionTo(url)))
      }),
    120_000
  )

  it.live("begins anew where an operator has removed what remembers it", () =>
    Effect.gen(function*() {
      const { url } = yield* NatsServer.server()
      yield* Effect.gen(function*() {
        const first = yield* startReadyReplica({ NATS_URL: url })
        yield* removeEvents
        yield* first.exit
        yield* api("STREAM.DELETE.ORGANIZATION_SNAPSHOTS")
        yield* startReadyReplica({ NATS_URL: url })
        assert.deepStrictEqual((yield* names).toSorted(), ["ORGANIZATION_EVENTS", "ORGANIZATION_SNAPSHOTS"])
      }).pipe(Effect.provide(connectionTo(url)))
    }), 120_000)

  it.live("one whose snapshots alone tell of it is not made again either", () =>
    Effect.gen(function*() {
      const { url } = yield* NatsServer.server()
      yield* Effect.gen(function*() {
        yield* api("STREAM.CREATE.ORGANIZATION_SNAPSHOTS", {
          name: "ORGANIZATION_SNAPSHOTS",
          subjects: ["organization.snapshots.>"],
          max_msgs_per_subject: 1
        })
        const empty = yield* startReadyReplica({ NATS_URL: url })
        yield* empty.signal("SIGTERM")
        yield* empty.exit
        yield* removeEvents
        yield* api("STREAM.DELETE.ORGANIZATION_SNAPSHOTS")
        yield* api("STREAM.CREATE.ORGANIZATION_SNAPSHOTS", {
          name: "ORGANIZATION_SNAPSHOTS",
          subjects: ["organization.snapshots.>"],
          max_msgs_per_subject: 1
        })
        yield* ask({ subject: `organization.snapshots.${newId()}`, body: "one" })
        const replica = yield* startReplica({ NATS_URL: url })
        assert.strictEqual(yield* replica.exit, 1)
        assert.include(fatal(replica).join(), "nats stream restore")
      }).pipe(Effect.provide(connectionTo(url)))
    }), 120_000)
})
