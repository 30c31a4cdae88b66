import { start } from "@cim-domain/event-sourcing"
import { EventStore } from "@cim-domain/event-sourcing/EventStore"
import { SnapshotStore } from "@cim-domain/event-sourcing/SnapshotStore"
import {
  EventStream,
  JetStreamEventStore,
  JetStreamSnapshotStore,
  NatsConnection,
  parseNatsUrl
} from "@cim-domain/nats"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { RoundTrips } from "@cim-domain/nats/testing/RoundTrips"
import { eventPrefix, organizationEventCodec, snapshotPrefix } from "@cim-domain/organization"
import { assert, layer } from "@effect/vitest"
import { ConfigProvider, Effect, Layer, Option, Result } from "effect"
import { command, creation, message, newId, said } from "./messages.ts"
import { makeReplica } from "./program.ts"
import { readSettings } from "./program.ts"

const connection = Layer.unwrap(
  Effect.map(
    NatsServer.server(),
    ({ url }) => NatsConnection.layer({ url: Result.getOrThrow(parseNatsUrl(url)), name: "test" })
  )
)

const stores = Layer.mergeAll(
  JetStreamEventStore.layer(),
  JetStreamSnapshotStore.layer({ stream: "ORGANIZATION_SNAPSHOTS", subjectPrefix: snapshotPrefix })
).pipe(
  Layer.provideMerge(EventStream.layer({ name: "ORGANIZATION_EVENTS", subjectPrefix: eventPrefix })),
  Layer.provideMerge(RoundTrips.layer),
  Layer.provideMerge(connection)
)

const makeClient = (env: Record<string, string> = {}) =>
  Effect.gen(function*() {
    const settings = yield* Effect.provide(readSettings, ConfigProvider.layer(ConfigProvider.fromEnv({ env })))
    const replica = yield* makeReplica(settings)
    const { measure } = yield* RoundTrips
    const ask = (sent: { readonly subject: string; readonly body: string }) => said(replica.answer(message(sent)))
    return { ask, measured: (sent: { readonly subject: string; readonly body: string }) => measure(ask(sent)) }
  })

const rename = (id: string, name: string) => command("UpdateOrganization", id, { name })

layer(stores, { timeout: "60 seconds", excludeTestServices: true })("what a command costs on a broker", (it) => {
  it.effect("a new organization: one round trip, the append, which nothing is asked before", () =>
    Effect.gen(function*() {
      const { measured } = yield* makeClient()
      const id = newId()
      const { requests, value } = yield* measured(creation(id))
      assert.deepInclude(value, { outcome: "applied", version: 1 })
      assert.deepStrictEqual(requests, [`organization.events.${id}.created`])
    }))

  it.effect("a new organization that is there, not in the cache: the refused append, then as any other that is cold", () =>
    Effect.gen(function*() {
      const id = newId()
      const sent = creation(id)
      yield* (yield* makeClient()).ask(sent)
      for (const again of [sent, creation(id)]) {
        const { measured } = yield* makeClient()
        const { value, waits } = yield* measured(again)
        if (again === sent) assert.deepInclude(value, { outcome: "duplicate", version: 1 })
        else assert.deepInclude(value.failure, { code: "ORGANIZATION_ALREADY_EXISTS" })
        assert.strictEqual(waits, 2)
      }
    }))

  it.effect("warm, accepted: one round trip, the append", () =>
    Effect.gen(function*() {
      const { ask, measured } = yield* makeClient()
      const id = newId()
      yield* ask(creation(id))
      const { requests, value } = yield* measured(rename(id, "Renamed"))
      assert.strictEqual(value.outcome, "applied")
      assert.deepStrictEqual(requests, [`organization.events.${id}.updated`])
    }))

  it.effect("many for one organization at once: two round trips at most, for the first and for all that waited meanwhile", () =>
    Effect.gen(function*() {
      const { ask } = yield* makeClient()
      const { measure } = yield* RoundTrips
      const id = newId()
      yield* ask(creation(id))
      const names = Array.from({ length: 40 }, (_, n) => `Name ${n}`)
      const { requests, value } = yield* measure(
        Effect.forEach(names, (name) => ask(rename(id, name)), { concurrency: "unbounded" })
      )
      assert.isAtMost(requests.length, 2)
      assert.deepStrictEqual(
        value.map(({ outcome, version }) => ({ outcome, version })),
        names.map((_, n) => ({ outcome: "applied", version: n + 2 }))
      )
      const { events } = yield* (yield* EventStore).read(id, Effect.succeed(start))
      assert.deepStrictEqual(
        events.map(({ position }) => position).slice(1),
        value.map(({ stream_sequence }) => stream_sequence)
      )
    }))

  it.effect("warm, refused or without change: one round trip, the confirmation by the leader", () =>
    Effect.gen(function*() {
      const { ask, measured } = yield* makeClient()
      const id = newId()
      yield* ask(creation(id))
      for (
        const sent of [
          rename(id, "Acme Corporation"),
          command("ChangeOrganizationStatus", id, { new_status: "Merged" })
        ]
      ) {
        const { requests } = yield* measured(sent)
        assert.deepStrictEqual(requests, ["$JS.API.STREAM.MSG.GET.ORGANIZATION_EVENTS"])
      }
    }))

  it.effect("cold: two waits at most before the append, with and without a snapshot", () =>
    Effect.gen(function*() {
      const id = newId()
      const writer = yield* makeClient({ SNAPSHOT_FREQ: "20" })
      yield* writer.ask(creation(id))
      for (let n = 0; n < 30; n++) yield* writer.ask(rename(id, `Name ${n}`))
      const reader = yield* makeClient()
      const { value, waits } = yield* reader.measured(rename(id, "Renamed"))
      assert.deepInclude(value, { outcome: "applied", version: 32 })
      assert.isAtMost(waits, 3)
    }))

  it.effect("cold, with a current snapshot: one wait, then the append", () =>
    Effect.gen(function*() {
      const id = newId()
      const writer = yield* makeClient({ SNAPSHOT_FREQ: "4" })
      yield* writer.ask(creation(id))
      for (let n = 2; n <= 20; n++) yield* writer.ask(rename(id, `Name ${n}`))
      const snapshots = yield* SnapshotStore
      const version = Effect.map(
        snapshots.latest(id),
        Option.match({ onNone: () => 0, onSome: (found) => found.version })
      )
      while ((yield* version) < 20) yield* Effect.yieldNow
      const reader = yield* makeClient()
      const { requests, value, waits } = yield* reader.measured(rename(id, "Renamed"))
      assert.deepInclude(value, { outcome: "applied", version: 21 })
      assert.deepStrictEqual(requests.toSorted(), [
        "$JS.API.DIRECT.GET.ORGANIZATION_SNAPSHOTS",
        "$JS.API.STREAM.MSG.GET.ORGANIZATION_EVENTS",
        `organization.events.${id}.updated`
      ])
      assert.strictEqual(waits, 2)
    }))

  it.effect("a conflict: one tail read and one append more", () =>
    Effect.gen(function*() {
      const [one, two] = [yield* makeClient(), yield* makeClient()]
      const id = newId()
      yield* one.ask(creation(id))
      yield* two.ask(rename(id, "By another replica"))
      const { requests, value } = yield* one.measured(rename(id, "Once more"))
      assert.deepInclude(value, { outcome: "applied", version: 3 })
      // The first one is also when a replica begins to watch what others append, which takes a description and a consumer.
      const own = requests.filter((subject) => !/STREAM.INFO|CONSUMER.CREATE/.test(subject))
      assert.deepStrictEqual(own, [
        `organization.events.${id}.updated`,
        "$JS.API.STREAM.MSG.GET.ORGANIZATION_EVENTS",
        `organization.events.${id}.updated`
      ])
    }))

  it.effect(
    "once a replica met a conflict, what others append costs its commands nothing more",
    () =>
      Effect.gen(function*() {
        const [one, two] = [yield* makeClient(), yield* makeClient()]
        const id = newId()
        yield* one.ask(creation(id))
        yield* two.ask(rename(id, "By another replica"))
        yield* one.ask(rename(id, "Once more"))
        // Nothing tells when it has begun to watch, or has seen what is new, so it is tried until it has.
        const next = Effect.gen(function*() {
          yield* two.ask(rename(id, `By another replica ${newId()}`))
          yield* Effect.yieldNow
          return yield* one.measured(rename(id, `Once more ${newId()}`))
        })
        const { requests } = yield* Effect.repeat(next, { until: (measured) => measured.requests.length === 1 })
        assert.deepStrictEqual(requests, [`organization.events.${id}.updated`])
      }),
    30_000
  )

  it.effect("what is stored is what the domain reads", () =>
    Effect.gen(function*() {
      const { ask } = yield* makeClient()
      const id = newId()
      yield* ask(
        creation(id, { metadata: { seat: "Łódź", nested: { a: [1, null, "x"] } }, issued_by: "Zoë 你好; a=b, %0A" })
      )
      const { events } = yield* (yield* EventStore).read(id, Effect.succeed(start))
      const [event] = events.map(organizationEventCodec.decode)
      assert.deepInclude(event, {
        event_type: "OrganizationCreated",
        metadata: { seat: "Łódź", nested: { a: [1, null, "x"] } }
      })
    }))

  /** Stores an event as somebody else would: without the headers that this service writes. */
  const storeForeign = (id: string, token: string, body: string) =>
    Effect.flatMap(
      NatsConnection,
      ({ main }) => main.request(`organization.events.${id}.${token}`, body, { timeoutMillis: 5_000 })
    )

  const foreign: ReadonlyArray<readonly [string, string, (id: string) => string, string]> = [
    [
      "an event of a later version",
      "teleported",
      (id) => JSON.stringify({ event_type: "OrganizationTeleported", organization_id: { id }, schema_version: 9 }),
      "UPGRADE_REQUIRED"
    ],
    [
      "a known event with a later schema",
      "updated",
      (id) => JSON.stringify({ event_type: "OrganizationUpdated", organization_id: { id }, schema_version: 3 }),
      "UPGRADE_REQUIRED"
    ],
    ["an event that is no JSON", "updated", () => "{\"event_type\":", "STREAM_UNREADABLE"]
  ]
  for (const [what, token, body, code] of foreign) {
    it.effect(`${what} in the stream: nothing is decided on what cannot be read, ${code}`, () =>
      Effect.gen(function*() {
        const [one, two] = [yield* makeClient(), yield* makeClient()]
        const id = newId()
        yield* one.ask(creation(id))
        yield* storeForeign(id, token, body(id))
        for (const { ask } of [one, two]) {
          const said = yield* ask(rename(id, "Renamed"))
          assert.deepInclude(said, { status: "error", version: 2 })
          assert.strictEqual(said.failure?.code, code)
          assert.strictEqual(said.failure?.retryable, code === "UPGRADE_REQUIRED")
        }
      }))
  }

  it.effect("an event of the first version of the service is read and built upon", () =>
    Effect.gen(function*() {
      const [one, two] = [yield* makeClient(), yield* makeClient()]
      const [id, command_id] = [newId(), newId()]
      yield* one.ask(creation(id))
      yield* storeForeign(
        id,
        "updated",
        JSON.stringify({
          event_type: "OrganizationUpdated",
          event_id: newId(),
          identity: {
            correlation_id: { kind: "Single", value: command_id },
            causation_id: command_id,
            message_id: command_id
          },
          organization_id: { id },
          changes: { name: "Old Hand", display_name: null, description: null, status: null, metadata: null },
          occurred_at: "2024-03-01T10:00:00.123456Z"
        })
      )
      for (const [n, { ask }] of [one, two].entries()) {
        assert.deepInclude(yield* ask(rename(id, "Old Hand")), { outcome: "no_change", version: 2 + n })
        assert.deepInclude(yield* ask(command("UpdateOrganization", id, { description: `by ${n}` })), {
          outcome: "applied",
          version: 3 + n
        })
      }
    }))

  it.effect("one command id for two organizations is two commands, with two events", () =>
    Effect.gen(function*() {
      const { ask } = yield* makeClient()
      const command_id = newId()
      assert.strictEqual((yield* ask(creation(newId(), { command_id }))).outcome, "applied")
      const id = newId()
      assert.deepInclude(yield* ask(creation(id, { command_id })), { outcome: "applied", version: 1 })
      assert.deepInclude(yield* ask(rename(id, "X")), { outcome: "applied", version: 2 })
    }))

  it.effect("an organization whose first events are gone is refused, unless a snapshot covers them", () =>
    Effect.gen(function*() {
      const purge = (id: string) =>
        Effect.flatMap(
          NatsConnection,
          ({ main }) =>
            main.request(
              "$JS.API.STREAM.PURGE.ORGANIZATION_EVENTS",
              JSON.stringify({ filter: `organization.events.${id}.created` }),
              {
                timeoutMillis: 5_000
              }
            )
        )
      const [bare, covered] = [newId(), newId()]
      const writer = yield* makeClient({ SNAPSHOT_FREQ: "2" })
      const plain = yield* makeClient()
      yield* plain.ask(creation(bare))
      yield* plain.ask(rename(bare, "B"))
      yield* writer.ask(creation(covered))
      yield* writer.ask(rename(covered, "C"))
      const snapshots = yield* SnapshotStore
      while ((yield* snapshots.latest(covered))._tag === "None") yield* Effect.yieldNow
      yield* purge(bare)
      yield* purge(covered)
      const reader = yield* makeClient()
      assert.deepInclude((yield* reader.ask(rename(bare, "X"))).failure, {
        code: "HISTORY_TRUNCATED",
        details: { first_version: 2 }
      })
      assert.deepInclude(yield* reader.ask(rename(covered, "X")), { outcome: "applied", version: 3 })
    }))
})
