import { type Snapshot, SnapshotStore } from "@cim-domain/event-sourcing/SnapshotStore"
import { EventStream, JetStreamSnapshotStore, NatsConnection } from "@cim-domain/nats"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { eventPrefix, snapshotPrefix } from "@cim-domain/organization"
import { eventually } from "@cim-domain/testbed/eventually"
import type { Program } from "@cim-domain/testbed/Program"
import { startReplica } from "@cim-domain/testbed/startReplica"
import { assert, it } from "@effect/vitest"
import { Effect, Layer, Option } from "effect"
import { join } from "node:path"
import { ask, askUntilSettled, connectionTo } from "./Client.ts"
import { command, creation, newId, type Said } from "./messages.ts"

const snapshotEvery = 5

const start = (url: string, env: Readonly<Record<string, string>>, file?: string) =>
  Effect.tap(
    startReplica({ NATS_URL: url, SNAPSHOT_FREQ: String(snapshotEvery), ...env }, file),
    (replica) => replica.logged("ready")
  )
const startOlder = (url: string) => start(url, {})
const startNewer = (url: string, emits: boolean) =>
  start(url, { EMIT_RENAMED: String(emits) }, join(import.meta.dirname, "newerReplica.ts"))

const stop = Effect.fnUntraced(function*(replica: Program) {
  assert.strictEqual(yield* replica.stop, 0)
})

const lastSequence = (stream: string) =>
  Effect.gen(function*() {
    const { main } = yield* NatsConnection
    const answer = yield* main.request(`$JS.API.STREAM.INFO.${stream}`, "", { timeoutMillis: 5_000 })
    return answer.json<{ readonly state: { readonly last_seq: number } }>().state.last_seq
  })
const eventsStored = lastSequence("ORGANIZATION_EVENTS")
const snapshotsSaved = lastSequence("ORGANIZATION_SNAPSHOTS")

const snapshotOf = (id: string): Effect.Effect<Snapshot | undefined, never, NatsConnection> =>
  Effect.flatMap(SnapshotStore, (store) => Effect.map(store.latest(id), Option.getOrUndefined)).pipe(
    Effect.provide(
      JetStreamSnapshotStore.layer({ stream: "ORGANIZATION_SNAPSHOTS", subjectPrefix: snapshotPrefix }).pipe(
        Layer.provide(EventStream.layer({ name: "ORGANIZATION_EVENTS", subjectPrefix: eventPrefix, readOnly: true }))
      )
    ),
    Effect.orDie
  )

const codeOf = (said: Said) => said.failure?.code ?? said.outcome
const rename = (id: string, name: string, command_id = newId()) =>
  command("UpdateOrganization", id, { command_id, name })
const describe = (id: string, text: string) => command("UpdateOrganization", id, { description: text })
const five = [1, 2, 3, 4, 5] as const
const twenty = Array.from({ length: 20 }, (_, n) => n)

it.live(
  "two releases side by side: nothing that the older cannot read is decided on by it, and nothing is lost",
  () =>
    Effect.gen(function*() {
      const { url } = yield* NatsServer.server()
      const older = yield* startOlder(url)
      yield* Effect.gen(function*() {
        const [renamed, plain] = [newId(), newId()]
        yield* Effect.forEach([renamed, plain], (id) => ask(creation(id)))

        // First release: both run, neither writes the new event; every command succeeds, whoever takes it.
        const careful = yield* startNewer(url, false)
        const first = yield* Effect.forEach(
          twenty,
          (n) => ask(n % 2 === 0 ? rename(renamed, `Name ${n}`) : describe(plain, `Text ${n}`))
        )
        assert.deepStrictEqual(first.map(codeOf), twenty.map(() => "applied"))
        yield* stop(careful)

        // Second release: one of them writes it.
        const newer = yield* startNewer(url, true)
        let written: string | undefined
        for (let n = 0; written !== "OrganizationRenamed"; n++) {
          written = (yield* ask(rename(renamed, `Until the newer takes it ${n}`))).events?.[0]?.event_type
        }
        const commands = five.map((n) => rename(renamed, `Renamed ${n}`))
        const said = yield* Effect.forEach(commands, askUntilSettled)
        assert.deepStrictEqual(said.map(codeOf), five.map(() => "applied"))
        const mixed = yield* Effect.forEach(twenty, (n) => ask(describe(plain, `More ${n}`)))
        assert.deepStrictEqual(mixed.map(codeOf), twenty.map(() => "applied"))
        // Each of the two saves as often as it would alone, and once more for each organization it comes to know.
        assert.isAtMost(yield* snapshotsSaved, 2 * Math.ceil((yield* eventsStored) / snapshotEvery) + 6)

        // Back to the older one alone, with a snapshot of the newer one: it serves what it can read, and refuses the rest
        // without touching it, however often it is asked.
        yield* stop(older)
        yield* Effect.forEach(five, (n) => askUntilSettled(rename(renamed, `By the newer alone ${n}`)))
        yield* eventually(
          "a snapshot of the newer one",
          Effect.map(snapshotOf(renamed), (snapshot) => snapshot?.fingerprint === "of a later version")
        )
        yield* stop(newer)
        const olderAgain = yield* startOlder(url)
        const [events, snapshots] = [yield* eventsStored, yield* snapshotsSaved]
        const refused = yield* Effect.forEach([...commands, ...commands, ...commands, ...commands], (sent) => ask(sent))
        for (const { failure } of refused) {
          assert.deepInclude(failure, { code: "UPGRADE_REQUIRED", retryable: true })
          assert.strictEqual(failure?.details["event_type"], "OrganizationRenamed")
        }
        assert.strictEqual(yield* eventsStored, events)
        assert.strictEqual((yield* ask(describe(plain, "By the older"))).outcome, "applied")
        assert.isAtMost((yield* snapshotsSaved) - snapshots, 3)
        yield* stop(olderAgain)

        // Upgraded: every command is known, and everything can go on.
        yield* startNewer(url, true)
        const again = yield* Effect.forEach(commands, (sent) => ask(sent))
        assert.deepStrictEqual(again.map(codeOf), five.map(() => "duplicate"))
        const ids = (answers: ReadonlyArray<Said>) =>
          answers.flatMap((each) => each.events?.map((event) => event.event_id))
        assert.deepStrictEqual(ids(again), ids(said))
        assert.strictEqual((yield* ask(rename(renamed, "By the newer alone 5"))).outcome, "no_change")
        assert.strictEqual((yield* ask(rename(renamed, "And on"))).version, (said.at(-1)?.version ?? 0) + 6)
      }).pipe(Effect.provide(connectionTo(url)))
    }),
  { timeout: 90_000 }
)
