import { Context, Effect, Layer, type Stream, SubscriptionRef } from "effect"
import { makeConnectionReport } from "./ConnectionReport.ts"
import type { ConnectionStatus, ServerFacts } from "./ConnectionStatus.ts"
import type { NatsConnectionOptions } from "./NatsConnectionOptions.ts"
import type { NatsError } from "./NatsError.ts"
import type * as Socket from "./NatsSocket.ts"
import { type SharedByLines, startLine } from "./startLine.ts"

export type { ConnectionStatus, NatsConnectionOptions, ServerFacts }

/**
 * The connection to the broker: three sockets, because one waits behind what else goes over it. Direct reads run inside the
 * server's read loop of their connection and would hold up appends; more commands than can be taken would hold up their
 * acknowledgements.
 *
 * Building the layer waits for the broker, for ever unless `giveUpAfter` says otherwise: exponential 100 ms → 5 s with
 * full jitter. Each cause of failure is logged once. A refused login or TLS is an error in the log, and is retried.
 */
export class NatsConnection extends Context.Service<NatsConnection, {
  /** Appends and requests to the leader. */
  readonly main: Socket.NatsSocket
  /** Commands and their answers. */
  readonly commands: Socket.NatsSocket
  /** Bulk reads. */
  readonly bulk: Socket.NatsSocket
  readonly status: Effect.Effect<ConnectionStatus>
  /** The status now, then each change. */
  readonly changes: Stream.Stream<ConnectionStatus>
  /** Facts about the server of the main socket, as of the last time it was connected. */
  readonly server: Effect.Effect<ServerFacts>
  /** The URL without credentials, for logs. */
  readonly url: string
}>()("@cim-domain/nats/connection/NatsConnection") {
  /** Connects, and keeps connecting, for as long as the layer lives. */
  static readonly layer = (options: NatsConnectionOptions): Layer.Layer<NatsConnection, NatsError> =>
    Layer.effect(NatsConnection, make(options))
}

const make = Effect.fnUntraced(function*(options: NatsConnectionOptions) {
  const report = yield* makeConnectionReport(options.url.redacted)
  const shared: SharedByLines = { report, handshake: { first: false }, home: undefined }
  const main = yield* startLine("main", options, shared)
  const commands = yield* startLine("commands", options, shared)
  const bulk = yield* startLine("bulk", options, shared)
  const all = Effect.all([main.first, commands.first, bulk.first], { discard: true })
  yield* options.giveUpAfter === undefined ? all : Effect.timeoutOrElse(all, {
    duration: options.giveUpAfter,
    orElse: () => Effect.suspend(() => Effect.fail(report.lastRefusal()))
  })

  return NatsConnection.of({
    main: main.socket,
    commands: commands.socket,
    bulk: bulk.socket,
    status: SubscriptionRef.get(report.status),
    changes: SubscriptionRef.changes(report.status),
    server: Effect.sync(report.facts),
    url: options.url.redacted
  })
})
