import { start } from "@cim-domain/event-sourcing/Event"
import type { StoreError } from "@cim-domain/event-sourcing/StoreError"
import { EventStream, type EventStreamOptions } from "@cim-domain/nats/EventStream"
import { JetStreamEventStore, type JetStreamEventStoreOptions } from "@cim-domain/nats/JetStreamEventStore"
import { JetStreamSnapshotStore } from "@cim-domain/nats/JetStreamSnapshotStore"
import { NatsConnection, type NatsConnectionOptions } from "@cim-domain/nats/NatsConnection"
import { NatsServer, type NatsServerOptions } from "@cim-domain/nats/testing/NatsServer"
import { patiently } from "@cim-domain/testbed/eventually"
import { connect, type NatsConnection as Client } from "@nats-io/transport-node"
import { Effect, Layer, Logger, type LogLevel, Result } from "effect"
import { parse } from "../src/connection/NatsUrl.ts"

export const prefix = "things.events"
export const streamName = "THINGS"

/** The connection under test to the servers at `url`. */
export const connection = (url: string, options: Partial<NatsConnectionOptions> = {}) =>
  NatsConnection.layer({ url: Result.getOrThrow(parse(url)), name: "test", ...options })

/** The event stream at the servers of the connection. */
export const eventStream = (options: Partial<EventStreamOptions> = {}) =>
  EventStream.layer({ name: streamName, subjectPrefix: prefix, ...options })

/** Event store and stream. */
export const eventStore = (options: JetStreamEventStoreOptions = {}, stream: Partial<EventStreamOptions> = {}) =>
  JetStreamEventStore.layer(options).pipe(Layer.provideMerge(eventStream(stream)))

export const snapshotStore = JetStreamSnapshotStore.layer({ stream: "SNAPSHOTS", subjectPrefix: "things.snapshots" })

/** One server with event store and stream. */
export const onOneServer = Layer.unwrap(
  Effect.map(
    NatsServer.server(),
    ({ url }) => snapshotStore.pipe(Layer.provideMerge(eventStore()), Layer.provideMerge(connection(url)))
  )
)

/** Three servers with event store and stream. */
export const onThreeServers = Layer.unwrap(
  Effect.map(
    NatsServer.cluster(),
    ({ url }) => snapshotStore.pipe(Layer.provideMerge(eventStore()), Layer.provideMerge(connection(url)))
  )
)

/** A client of its own, as an operator would have one. */
export const operator = (url: string | Array<string>, options: Parameters<typeof connect>[0] = {}) =>
  Effect.acquireRelease(
    Effect.promise(() => connect({ ...options, servers: url })),
    (client) => Effect.promise(() => client.close())
  )

/** One request of the JetStream API as an operator makes it. */
export const api = (client: Client, subject: string, body: unknown = {}) =>
  Effect.promise(async () => {
    const answer = await client.request(`$JS.API.${subject}`, JSON.stringify(body), { timeout: 5_000 })
    const json = answer.json<{ error?: { description: string } }>()
    if (json.error !== undefined) throw new Error(json.error.description)
    return json
  })

/** Tries again what may be tried again. */
export const surely = <A, R>(effect: Effect.Effect<A, StoreError, R>) =>
  Effect.retry(effect, { while: ({ isRetryable }) => isRetryable, schedule: patiently() })

/** One line of a log. */
export interface LogEntry {
  readonly level: LogLevel.LogLevel
  readonly message: string
}

/** A logger that keeps what is logged. */
export const recorded = (entries: Array<LogEntry>) =>
  Logger.layer([
    Logger.make(({ logLevel, message }) => {
      entries.push({ level: logLevel, message: Array.isArray(message) ? message.join(" ") : String(message) })
    })
  ])

/** Reads from the beginning. */
export const fromStart = Effect.succeed(start)

/** Runs with a server of its own and a store on it. */
export const withStore = <A, E, R>(
  test: (server: NatsServer) => Effect.Effect<A, E, R>,
  options: NatsServerOptions & { readonly ackTimeout?: number; readonly user?: string } = {}
) =>
  Effect.gen(function*() {
    const server = yield* NatsServer.server(options)
    const url = server.url.replace("nats://", `nats://${options.user ?? ""}`)
    const store = eventStore(options.ackTimeout === undefined ? {} : { ackTimeout: options.ackTimeout })
    return yield* Effect.provide(test(server), store.pipe(Layer.provideMerge(connection(url))))
  })
