/** Loads organizations cold, in process, from a stream full of events of others: `node main.ts '<what as JSON>'`. */
import { type Aggregate, EventStore, makeAggregate, SnapshotStore, start } from "@cim-domain/event-sourcing"
import {
  eventSubject,
  organization,
  organizationEventCodec,
  type OrganizationState,
  organizationStateCodec
} from "@cim-domain/organization"
import { organizationService } from "@cim-domain/organization-service/organizationService"
import { brokerStores } from "@cim-domain/service/brokerStores"
import { readSettings } from "@cim-domain/service/Settings"
import { telemetry } from "@cim-domain/service/telemetry"
import { patiently } from "@cim-domain/testbed/eventually"
import { connect, type NatsConnection } from "@nats-io/transport-node"
import { ConfigProvider, Duration, Effect, Layer, Logger, Option } from "effect"
import { median } from "../Figure.ts"
import { organizationIdAt } from "../load/encodeCommands.ts"
import {
  type ColdLoadResult,
  type ColdLoads,
  type ColdLoadTimes,
  comparedEvents,
  snapshotEvery,
  tails
} from "./ColdLoads.ts"
import { storedEvent } from "./storedEvents.ts"

/** Organizations of each kind; they take turns, and the cache holds one. */
const ofEachKind = 2
const streamName = "ORGANIZATION_EVENTS"

/** A kind of history that is loaded. */
interface Kind {
  readonly events: number
  /** Events behind its snapshot; `undefined` when it has none. */
  readonly tail: number | undefined
  readonly organizations: ReadonlyArray<string>
}

let organizations = 0
let eventIds = 0
let stored = 0

/** Publishes events of many others in turn, a thousand in flight. */
const publishOthers = async (client: NatsConnection, count: number) => {
  for (let sent = 0; sent < count; sent += 1_000) {
    for (let index = sent; index < Math.min(sent + 1_000, count); index++) {
      const id = organizationIdAt(1_000_000_000 + (stored + index) % 100_000)
      const { data, token } = storedEvent(id, 2, eventIds++)
      const subject = `organization.events.${id}.${token}`
      if (index + 1 === Math.min(sent + 1_000, count)) await client.request(subject, data, { timeout: 10_000 })
      else client.publish(subject, data)
    }
  }
  stored += count
}

/** Appends to a history until it has so many events; one longer than a batch takes several. */
const grow = (id: string, cursor: { version: number; position: number }, to: number) =>
  Effect.gen(function*() {
    const store = yield* EventStore
    while (cursor.version < to) {
      const count = Math.min(200, to - cursor.version)
      const [first, ...others] = Array.from(
        { length: count },
        (_, n) => storedEvent(id, cursor.version + n + 1, eventIds++)
      )
      const [positions] = yield* store.append([{ aggregateId: id, expected: cursor, events: [first!, ...others] }])
      cursor.version += count
      cursor.position = positions.at(-1)!
      stored += count
    }
  })

type Loader = Aggregate<OrganizationState>

const makeLoader = (every: number) =>
  makeAggregate({
    decider: organization,
    events: organizationEventCodec,
    states: organizationStateCodec,
    cacheCapacity: 1,
    snapshotEvery: every
  })

/** Histories grow while others write, in as many steps. */
const steps = 20

const fill = Effect.fnUntraced(
  function*(client: NatsConnection, loader: Loader, { histories, otherEvents }: ColdLoads) {
    const snapshots = yield* SnapshotStore
    const kinds = histories.flatMap((events) =>
      (events < snapshotEvery ? [undefined] : [undefined, ...tails]).map((tail): Kind => ({
        events,
        tail,
        organizations: Array.from({ length: ofEachKind }, () => organizationIdAt(organizations++))
      }))
    )
    const all = kinds.flatMap(({ events, organizations, tail }) =>
      organizations.map((id) => ({ id, events, tail, cursor: { ...start } }))
    )
    for (let step = 1; step <= steps; step++) {
      yield* Effect.promise(() => publishOthers(client, Math.round(otherEvents / steps)))
      for (const { cursor, events, id, tail = 0 } of all) {
        yield* grow(id, cursor, Math.floor((events - tail) * step / steps))
      }
    }
    for (const { cursor, events, id, tail } of all) {
      if (tail === undefined) continue
      yield* loader.load(id)
      yield* Effect.repeat(snapshots.latest(id), { until: Option.isSome, schedule: patiently() })
      yield* grow(id, cursor, events)
    }
    return kinds
  }
)

const microsOf = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.timed(effect), ([took]) => Duration.toMillis(took) * 1_000)

const measure = Effect.fnUntraced(function*(client: NatsConnection, loader: Loader, kinds: ReadonlyArray<Kind>) {
  const lastOf = (id: string) =>
    Effect.promise(() =>
      client.request(
        `$JS.API.DIRECT.GET.${streamName}`,
        JSON.stringify({ last_by_subj: `organization.events.${id}.updated` })
      )
    )
  const known = kinds.find(({ events }) => events > 1)!.organizations
  const gets = yield* Effect.forEach(
    Array.from({ length: 400 }),
    (_, round) => microsOf(lastOf(known[round % ofEachKind]!))
  )
  const loads = yield* Effect.forEach(kinds, ({ events, organizations, tail }) =>
    Effect.gen(function*() {
      const rounds = tail !== undefined || events <= 1_000 ? 200 : 6
      const times = yield* Effect.forEach(
        Array.from({ length: rounds }),
        (_, round) => microsOf(loader.load(organizations[round % ofEachKind]!))
      )
      return { events, ...(tail === undefined ? {} : { tail }), micros: median(times.slice(rounds >> 1)) }
    }))
  return { streamEvents: stored, directGet: median(gets.slice(200)), loads } satisfies ColdLoadTimes
})

/** Reads the messages of a history page by page, as the store does, and looks at none of them. */
const readRaw = async (client: NatsConnection, id: string): Promise<number> => {
  let [count, from] = [0, 1]
  while (true) {
    const answers = await client.requestMany(
      `$JS.API.DIRECT.GET.${streamName}`,
      JSON.stringify({
        seq: from,
        next_by_subj: eventSubject(id, "OrganizationUpdated"),
        batch: 512,
        max_bytes: 4 * 1024 ** 2
      }),
      { strategy: "timer", maxWait: 10_000 }
    )
    const before = count
    for await (const message of answers) {
      if (message.headers !== undefined && message.headers.code !== 0) break
      from = Number(message.headers?.last("Nats-Sequence")) + 1
      count += 1
    }
    if (count === before) return count
  }
}

const snapshotSize = async (client: NatsConnection): Promise<number> => {
  const answer = await client.request("$JS.API.STREAM.INFO.ORGANIZATION_SNAPSHOTS")
  const { state } = answer.json<{ readonly state: { readonly bytes: number; readonly messages: number } }>()
  return state.messages === 0 ? 0 : state.bytes / state.messages
}

const run = Effect.fnUntraced(function*(wanted: ColdLoads) {
  const client = yield* Effect.promise(() => connect({ servers: wanted.url, noAsyncTraces: true }))
  const [saving, loader] = [yield* makeLoader(1), yield* makeLoader(Number.MAX_SAFE_INTEGER)]
  const few = yield* fill(client, saving, {
    ...wanted,
    histories: wanted.histories.filter((events) => events === comparedEvents),
    otherEvents: wanted.otherEvents / 10
  })
  const before = yield* measure(client, loader, few)
  const kinds = yield* fill(client, saving, { ...wanted, otherEvents: wanted.otherEvents * 0.9 })
  const after = yield* measure(client, loader, kinds)
  const longest = kinds.filter(({ tail }) => tail === undefined).toSorted((left, right) =>
    right.events - left.events
  )[0]!
  const load = after.loads.find(({ events, tail }) => tail === undefined && events === longest.events)!
  yield* Effect.promise(() => readRaw(client, longest.organizations[0]!))
  const raw = yield* microsOf(Effect.promise(() => readRaw(client, longest.organizations[1]!)))
  const bytes = yield* Effect.promise(() => snapshotSize(client))
  yield* Effect.promise(() => client.close())
  return {
    times: [before, after],
    longest: {
      loadedPerSecond: longest.events / load.micros * 1_000_000,
      readPerSecond: longest.events / raw * 1_000_000
    },
    snapshotBytes: bytes
  } satisfies ColdLoadResult
}, Effect.scoped)

const wanted = JSON.parse(process.argv[2] ?? "") as ColdLoads
const settings = readSettings(organizationService).pipe(
  Effect.provide(
    ConfigProvider.layer(ConfigProvider.fromEnv({ env: { NATS_URL: wanted.url, STREAM_NAME: streamName } }))
  )
)
const stores = Layer.unwrap(
  Effect.map(
    settings,
    (known) => Layer.merge(brokerStores(organizationService, known), telemetry(organizationService.name, known))
  )
)
const result = await Effect.runPromise(Effect.provide(run(wanted), Layer.merge(stores, Logger.layer([]))))
process.stdout.write(`${JSON.stringify({ message: "result", ...result })}\n`)
