import { inMemoryTransport } from "@cim-domain/commands/replica/inMemoryTransport"
import { EventStore, SnapshotStore } from "@cim-domain/event-sourcing"
import { CommandTransport } from "@cim-domain/event-sourcing/CommandTransport"
import { commandPrefix, Organization } from "@cim-domain/organization"
import { assert, it } from "@effect/vitest"
import { ConfigProvider, Duration, Effect, Layer } from "effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { hostile, message } from "./messages.ts"
import { makeReplica } from "./program.ts"
import { readSettings } from "./program.ts"

const golden = readFileSync(join(import.meta.dirname, "../../organization/test/golden/commands.jsonl"), "utf8")
  .trimEnd().split("\n").map((body) => ({ subject: `${commandPrefix}.create`, body }))
const malformed = hostile.flatMap(({ body, subject }) => typeof body === "string" ? [{ subject, body }] : [])

const subjectOf = ({ body, subject }: { readonly subject: string; readonly body: string }) => {
  const { command_type } = JSON.parse(body) as { readonly command_type: string }
  return subject.replace("create", command_type.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase())
}
const commands = golden.map((sent) => ({ ...sent, subject: subjectOf(sent) }))

it.effect("the service for tests answers as a replica does, letter by letter", () =>
  Effect.gen(function*() {
    const settings = yield* Effect.provide(readSettings, ConfigProvider.layer(ConfigProvider.fromEnv({ env: {} })))
    const replica = yield* makeReplica(settings)
    const { request } = yield* CommandTransport
    const outcomes = new Set<string>()
    for (const headers of [{ "X-Dry-Run": "true" }, {}, {}]) {
      for (const sent of [...commands, ...malformed]) {
        const { body } = yield* replica.answer(message(sent, headers))
        assert.strictEqual(yield* request({ ...sent, headers, commandId: "" }, Duration.seconds(1)), body)
        const { failure, outcome } = JSON.parse(body)
        outcomes.add(outcome ?? failure.code)
      }
    }
    for (const outcome of ["dry_run", "applied", "duplicate", "MALFORMED_MESSAGE", "COMMAND_NOT_ALLOWED_IN_STATUS"]) {
      assert.isTrue(outcomes.has(outcome), `${outcome} is not among ${[...outcomes].join()}`)
    }
  }).pipe(
    Effect.provide(Layer.mergeAll(EventStore.layerMemory, SnapshotStore.layerMemory, inMemoryTransport(Organization)))
  ))
