import { makeReplica, replicaDefaults } from "@cim-domain/commands/replica/Replica"
import { type RecordedEvent, start } from "@cim-domain/event-sourcing/Event"
import { EventStore } from "@cim-domain/event-sourcing/EventStore"
import { type Snapshot, SnapshotStore } from "@cim-domain/event-sourcing/SnapshotStore"
import { Organization } from "@cim-domain/organization"
import { Clock, Effect, Layer, Option } from "effect"
import type { History, SentCommand, StoredMessage } from "../../src/check/History.ts"
import { type Fields, readJson } from "../../src/model/Json.ts"
import { makeCommandMix } from "../../src/requests/makeCommandMix.ts"
import { makeOrganizations } from "../../src/requests/Organizations.ts"
import { makeRandomness } from "../../src/time/Randomness.ts"

/** The domain, whose rules a test may have changed. */
export type Domain = typeof Organization

const filterOf = (organizationId: string) => `organization.events.${organizationId}.>`

/** An event as the broker would hold it, after the one at `before`. */
const storedOf = (event: RecordedEvent, before: number): StoredMessage => {
  const data = readJson(event.data) as Fields
  const actor = data["issued_by"]
  const token = Organization.catalog.events.byType.get(event.type)!.token
  return {
    sequence: event.position,
    subject: `organization.events.${event.aggregateId}.${token}`,
    time: new Date(event.time).toISOString(),
    headers: {
      "Nats-Msg-Id": event.id ?? "",
      "X-Aggregate-ID": event.aggregateId,
      "X-Aggregate-Version": String(event.version),
      "X-Event-Type": event.type,
      "X-Event-Version": "2",
      "X-Command-ID": event.commandId ?? "",
      "X-Correlation-ID": event.correlationId ?? "",
      "X-Causation-ID": event.commandId ?? "",
      "X-Command-Type": event.command?.type ?? "",
      "X-Command-Digest": event.command?.digest ?? "",
      "Content-Type": "application/json",
      ...(typeof actor === "string" ? { "X-Actor": actor } : {}),
      "Nats-Expected-Last-Subject-Sequence": String(before),
      "Nats-Expected-Last-Subject-Sequence-Subject": filterOf(event.aggregateId)
    },
    data: event.data
  }
}

/** The history of a service on memory that is asked one request after the other, and of one requester who repeats some. */
export const recordHistory = (seed: number, steps: number, domain: Domain = Organization): Effect.Effect<History> =>
  Effect.gen(function*() {
    const replica = yield* makeReplica(domain, { ...replicaDefaults, snapshotEvery: 20 })
    const store = yield* EventStore
    const snapshots = yield* SnapshotStore
    const origin = yield* Clock.currentTimeMillis
    const organizations = makeOrganizations(makeRandomness(seed, "organizations"), 4)
    const next = makeCommandMix(makeRandomness(seed, "mix"), organizations)
    const commands: Array<SentCommand> = []
    const ids = new Set<string>()
    const text = new TextEncoder()
    let now = 0
    for (let step = 0; step < steps; step++) {
      const { body, commandId, headers, organizationId, subject } = next()
      ids.add(organizationId)
      const clock = (yield* Clock.currentTimeMillis) - origin
      // Each moment is later than the one before, so that what was asked after an answer is seen to be.
      const sentAt = now = Math.max(now + 0.01, clock)
      const answer = yield* replica.answer({ subject, body: text.encode(body), header: (name) => headers[name] })
      const endedAt = now = Math.max(now + 0.01, (yield* Clock.currentTimeMillis) - origin)
      organizations.hear(organizationId, answer.body)
      const answers = [{ at: endedAt, body: answer.body, headers: answer.headers ?? {} }]
      const attempts = [{ sentAt, endedAt, answers, failure: null }]
      commands.push({ writer: 0, subject, headers, body, commandId, organizationId, attempts, settled: true })
    }
    const histories = yield* Effect.forEach([...ids], (id) => Effect.orDie(store.read(id, Effect.succeed(start))))
    const stream = histories.flatMap(({ events }) =>
      events.map((event, index) => storedOf(event, events[index - 1]?.position ?? 0))
    ).toSorted((left, right) => left.sequence - right.sequence)
    const latest = yield* Effect.forEach([...ids], (id) => Effect.orDie(snapshots.latest(id)))
    return {
      commands,
      stream,
      snapshots: latest.flatMap(Option.toArray) as ReadonlyArray<Snapshot>,
      deaths: [],
      unrecovered: [],
      outages: [],
      clocks: { origin, skew: 0 },
      disturbances: []
    } satisfies History
  }).pipe(Effect.scoped, Effect.provide(Layer.fresh(Layer.merge(EventStore.layerMemory, SnapshotStore.layerMemory))))
