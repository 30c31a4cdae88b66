import { loadState, makeSnapshotSweeper, type StateCodec, type StoreError } from "@cim-domain/event-sourcing"
import { EventStore } from "@cim-domain/event-sourcing/EventStore"
import { SnapshotStore } from "@cim-domain/event-sourcing/SnapshotStore"
import { NatsConnection } from "@cim-domain/nats"
import { RoundTrips } from "@cim-domain/nats/testing/RoundTrips"
import {
  organization,
  organizationEventCodec,
  type OrganizationState,
  organizationStateCodec
} from "@cim-domain/organization"
import { assert } from "@effect/vitest"
import { ConfigProvider, Context, Effect, Layer } from "effect"
import { connectionTo } from "./Client.ts"
import { message, said, type Sent } from "./messages.ts"
import { connectedStores } from "./program.ts"
import { makeReplica } from "./program.ts"
import { readSettings } from "./program.ts"

/** What is to be different about a replica under test. */
interface Different {
  readonly env?: Readonly<Record<string, string>>
  /** In place of a connection to the broker. */
  readonly connection?: Layer.Layer<NatsConnection>
  /** Parts of its snapshot store. */
  readonly snapshots?: Partial<SnapshotStore["Service"]>
  /** What its sweeper reads and writes, as other code would. */
  readonly states?: StateCodec<OrganizationState>
}

/** A replica on a real broker, in this process, with a connection and stores of its own, until the scope closes. */
export const startInProcess = Effect.fnUntraced(function*(
  url: string,
  { connection = connectionTo(url), env = {}, snapshots = {}, states = organizationStateCodec }: Different = {}
) {
  const settings = yield* Effect.provide(
    readSettings,
    ConfigProvider.layer(ConfigProvider.fromEnv({ env: { NATS_URL: url, ...env } }))
  )
  const services = yield* Layer.build(
    Layer.effect(SnapshotStore, Effect.map(SnapshotStore, (store) => ({ ...store, ...snapshots }))).pipe(
      Layer.provideMerge(connectedStores(settings)),
      Layer.provideMerge(RoundTrips.layer),
      Layer.provideMerge(connection)
    )
  )
  const replica = yield* Effect.provide(makeReplica(settings), services)
  const domain = { decider: organization, events: organizationEventCodec, states: organizationStateCodec }
  const sweeper = yield* Effect.provide(
    makeSnapshotSweeper({ ...domain, states }),
    services
  )
  return {
    /** As `show` and `chart` read. */
    look: (id: string): Effect.Effect<{ readonly state: OrganizationState; readonly version: number }, StoreError> =>
      Effect.provide(loadState(domain, id), services),
    ask: (sent: Sent) => said(replica.answer(message(sent))),
    events: Context.get(services, EventStore),
    snapshots: Context.get(services, SnapshotStore),
    socket: Context.get(services, NatsConnection).main,
    measure: Context.get(services, RoundTrips).measure,
    /** Rounds until nothing more is due. Gives the number of snapshots saved. */
    sweep: Effect.gen(function*() {
      for (let saved = 0;;) {
        const round = yield* sweeper.round
        if (round._tag === "Idle") return saved
        saved += round.saved
        if (!round.more) return saved
      }
    })
  }
})

/** One request of the JetStream API as an operator makes it. */
export const api = Effect.fnUntraced(function*<A>(subject: string, body: unknown = {}) {
  const { main } = yield* NatsConnection
  const answer = yield* main.request(`$JS.API.${subject}`, JSON.stringify(body), { timeoutMillis: 5_000 })
  const json = answer.json<A & { readonly error?: { readonly description: string } }>()
  assert.isUndefined(json.error, `${subject}: ${json.error?.description}`)
  return json
})

/** A stream of events as an operator makes it. */
export const createStream = (config: Readonly<Record<string, unknown>>, verb: "CREATE" | "UPDATE" = "CREATE") =>
  api(`STREAM.${verb}.ORGANIZATION_EVENTS`, {
    name: "ORGANIZATION_EVENTS",
    subjects: ["organization.events.>"],
    retention: "limits",
    storage: "file",
    discard: "old",
    num_replicas: 1,
    allow_direct: true,
    allow_atomic: true,
    ...config
  })

/** What a stream says of itself. */
export const streamState = Effect.map(
  api<{ readonly state: { readonly messages: number; readonly first_seq: number; readonly last_seq: number } }>(
    "STREAM.INFO.ORGANIZATION_EVENTS"
  ),
  ({ state }) => state
)

/** Gives an effect an operator's connection. */
export const asOperator = <A, E, R>(url: string, effect: Effect.Effect<A, E, R>) =>
  Effect.provide(effect, connectionTo(url))
