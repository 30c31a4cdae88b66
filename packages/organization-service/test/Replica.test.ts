import {
  AppendUnconfirmed,
  EventStore,
  EventTooLarge,
  SnapshotStore,
  start,
  StoreError
} from "@cim-domain/event-sourcing"
import { commandSubject } from "@cim-domain/organization"
import { assert, layer } from "@effect/vitest"
import { ConfigProvider, Effect, Layer } from "effect"
import { command, creation, hostile, message, newId, said } from "./messages.ts"
import { makeReplica } from "./program.ts"
import { readSettings } from "./program.ts"

const memory = Layer.mergeAll(EventStore.layerMemory, SnapshotStore.layerMemory)
const defaults = Effect.provide(readSettings, ConfigProvider.layer(ConfigProvider.fromEnv({ env: {} })))

/** A replica on memory stores: everything but the broker. */
const makeClient = Effect.gen(function*() {
  const replica = yield* makeReplica(yield* defaults)
  return {
    replica,
    ask: (
      sent: { readonly subject: string; readonly body: string | Uint8Array },
      headers?: Readonly<Record<string, string>>
    ) => said(replica.answer(message(sent, headers)))
  }
})

const history = (id: string) =>
  Effect.flatMap(EventStore, (store) => Effect.map(store.read(id, Effect.succeed(start)), ({ events }) => events))

layer(memory)("replica in memory", (it) => {
  it.effect("the life of an organization", () =>
    Effect.gen(function*() {
      const { ask } = yield* makeClient
      const id = newId()
      const created = yield* ask(creation(id))
      assert.deepInclude(created, { status: "ok", outcome: "applied", aggregate_id: id, created_id: id, version: 1 })
      const renamed = yield* ask(command("UpdateOrganization", id, { display_name: "Acme Inc." }))
      assert.deepInclude(renamed, { outcome: "applied", version: 2 })
      const suspended = yield* ask(
        command("ChangeOrganizationStatus", id, { new_status: "Suspended", reason: "review" })
      )
      assert.deepInclude(suspended, { outcome: "applied", version: 3 })
      const dissolved = yield* ask(
        command("DissolveOrganization", id, { reason: "end", effective_date: "1970-01-01T00:00:00Z" })
      )
      assert.deepInclude(dissolved, { outcome: "applied", version: 4 })
      assert.deepStrictEqual((yield* history(id)).map((event) => [event.type, event.version]), [
        ["OrganizationCreated", 1],
        ["OrganizationUpdated", 2],
        ["OrganizationStatusChanged", 3],
        ["OrganizationDissolved", 4]
      ])
      const late = yield* ask(command("UpdateOrganization", id, { display_name: "Ghost" }))
      assert.strictEqual(late.failure?.code, "ORGANIZATION_TERMINAL")
    }))

  it.effect("the same command id is answered with the same events, another command under it is refused", () =>
    Effect.gen(function*() {
      const { ask } = yield* makeClient
      const [id, command_id] = [newId(), newId()]
      const first = yield* ask(creation(id, { command_id }))
      const again = yield* ask(creation(id, { command_id }))
      assert.deepStrictEqual(again, { ...first, outcome: "duplicate" })
      const other = yield* ask(command("UpdateOrganization", id, { command_id, name: "Other" }))
      assert.strictEqual(other.failure?.code, "IDEMPOTENCY_CONFLICT")
      assert.strictEqual((yield* history(id)).length, 1)
    }))

  it.effect("nothing to change is no event", () =>
    Effect.gen(function*() {
      const { ask } = yield* makeClient
      const id = newId()
      yield* ask(creation(id))
      assert.deepInclude(yield* ask(command("UpdateOrganization", id, { name: "Acme Corporation" })), {
        outcome: "no_change",
        version: 1
      })
    }))

  it.effect("a dry run says what would happen and stores nothing", () =>
    Effect.gen(function*() {
      const { ask } = yield* makeClient
      const id = newId()
      const reply = yield* ask(creation(id), { "X-Dry-Run": "true" })
      assert.deepInclude(reply, { status: "ok", outcome: "dry_run", version: 1, stream_sequence: null })
      assert.deepStrictEqual(reply.events?.map((event) => [event.event_type, event.version]), [[
        "OrganizationCreated",
        1
      ]])
      assert.deepStrictEqual(yield* history(id), [])
    }))

  it.effect("what may be stored is never refused for good, whatever the store says afterwards", () =>
    Effect.gen(function*() {
      const store = yield* EventStore
      const reasons = [
        new AppendUnconfirmed({ aggregateIds: ["any"], detail: "no answer", alreadySeen: false }),
        new EventTooLarge({ maxBytes: 1, actualBytes: 2 })
      ]
      const failing = EventStore.of({
        ...store,
        append: (...given) => {
          const reason = reasons.shift()
          return reason === undefined ? store.append(...given) : new StoreError({ reason })
        }
      })
      const { ask } = yield* Effect.provideService(makeClient, EventStore, failing)
      const first = yield* ask(creation(newId()))
      assert.deepInclude(first.failure, { code: "STORE_UNAVAILABLE", retryable: true })
      reasons.push(new EventTooLarge({ maxBytes: 1, actualBytes: 2 }))
      const second = yield* ask(creation(newId()))
      assert.deepInclude(second.failure, { code: "LIMIT_EXCEEDED", retryable: false })
    }))

  it.effect("an expected version that is not the version is refused", () =>
    Effect.gen(function*() {
      const { ask } = yield* makeClient
      const id = newId()
      yield* ask(creation(id))
      const reply = yield* ask(command("UpdateOrganization", id, { name: "New", expected_version: 7 }))
      assert.deepInclude(reply.failure, {
        code: "VERSION_CONFLICT",
        retryable: false,
        details: { expected: 7, actual: 1 }
      })
    }))

  it.effect("a command without identity works, with a warning that it cannot be repeated", () =>
    Effect.gen(function*() {
      const { ask } = yield* makeClient
      const body = JSON.stringify({
        command_type: "CreateOrganization",
        name: "A",
        organization_type: "LLC",
        metadata: {}
      })
      const reply = yield* ask({ subject: commandSubject("new", "CreateOrganization"), body })
      assert.deepInclude(reply, { status: "ok", outcome: "applied" })
      assert.strictEqual(reply.warnings.length, 1)
      assert.strictEqual(reply.created_id, reply.aggregate_id)
    }))

  for (const { code, name, ...sent } of hostile) {
    it.effect(`${name}: ${code}`, () =>
      Effect.gen(function*() {
        const { ask } = yield* makeClient
        const reply = yield* ask(sent)
        assert.deepInclude(reply, { status: "error" })
        assert.strictEqual(reply.failure?.code, code)
        assert.isFalse(reply.failure?.retryable)
      }))
  }

  it.effect("wrong types are answered with every issue and where it is", () =>
    Effect.gen(function*() {
      const { ask } = yield* makeClient
      const { failure } = yield* ask(creation(newId(), { name: 7, display_name: "", founded_date: "yesterday" }))
      const issues = failure?.details["issues"] as ReadonlyArray<{ readonly path: string }>
      assert.deepStrictEqual(issues.map((issue) => issue.path).toSorted(), ["display_name", "founded_date", "name"])
    }))

  it.effect("refusals name the command and say whether it may be sent again", () =>
    Effect.gen(function*() {
      const { replica } = yield* makeClient
      const command_id = newId()
      const refused = yield* said(Effect.sync(() => replica.refuse(message(creation(newId(), { command_id })))))
      assert.strictEqual(refused.command_id, command_id)
      assert.deepInclude(refused.failure, { code: "OVERLOADED", retryable: true })
      const failed = yield* said(Effect.sync(() => replica.fail(message({ subject: "x", body: "nonsense" }))))
      assert.deepInclude(failed.failure, { code: "INTERNAL", retryable: false })
    }))
})
