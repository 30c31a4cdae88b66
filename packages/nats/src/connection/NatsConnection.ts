import { makeTroubleLog } from "@cim-domain/event-sourcing/TroubleLog"
import { createInbox, type NatsConnection as Client, PermissionViolationError, type Status } from "@nats-io/nats-core"
import {
  Cause,
  Clock,
  Context,
  Deferred,
  Duration,
  Effect,
  Fiber,
  Layer,
  Option,
  Random,
  Ref,
  type Scope,
  type Stream,
  SubscriptionRef
} from "effect"
import { textOf } from "./ConnectFailure.ts"
import * as LogOnChange from "./LogOnChange.ts"
import { fromClient, NatsError, Unreachable } from "./NatsError.ts"
import * as Socket from "./NatsSocket.ts"
import type { NatsUrl } from "./NatsUrl.ts"
import { type CredentialFiles, openClient } from "./OpenClient.ts"
import { reconnectSchedule } from "./ReconnectSchedule.ts"

/** Whether the broker can be talked to: only when all sockets are up. */
export type ConnectionStatus =
  | { readonly _tag: "Connected"; readonly server: string }
  | { readonly _tag: "Disconnected"; readonly cause: string }

/** What the connected server says about itself. */
export interface ServerFacts {
  readonly name: string
  readonly version: string
  /** Largest message, headers included, in bytes. */
  readonly maxPayloadBytes: number
  /** The name of its cluster, when it has one. */
  readonly cluster: string | undefined
  /** Brokers of the cluster as far as it tells about them, at least 1. */
  readonly brokers: number
}

/** How to connect. Files are read again at each attempt, so renewed credentials need no restart. */
export interface NatsConnectionOptions extends CredentialFiles {
  readonly url: NatsUrl
  /** What the subjects that answers come on begin with. Default `_INBOX`. */
  readonly inboxPrefix?: string | undefined
  /** Shown to operators by `nats server report connections`. */
  readonly name: string
  /** The JetStream domain to use, where it is not that of the server: behind a leaf node. */
  readonly jetStreamDomain?: string | undefined
  /** Give up, with the last refusal, when the first connection has not come about by then. Default: never give up. */
  readonly giveUpAfter?: Duration.Input | undefined
  /** Longest time to flush and close, after which the sockets are simply cut. Default 2 seconds. */
  readonly closeTimeout?: Duration.Input | undefined
  /**
   * How often a broker that says nothing is asked whether it is there; two unanswered pings mean that the connection is
   * dead. Default 10 seconds.
   */
  readonly pingInterval?: Duration.Input | undefined
}

const closeTimeoutDefault: Duration.Input = "2 seconds"
const inboxPrefixDefault = "_INBOX"
const pingIntervalDefault: Duration.Input = "10 seconds"

/** Losses of the connection that follow each other sooner belong together, in milliseconds. */
const soonMillis = 10_000

/** So many of those that belong together are logged each; then it is said once that the connection comes and goes. */
const lossesSaid = 5

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

interface Line {
  readonly socket: Socket.NatsSocket
  readonly connected: Ref.Ref<boolean>
  readonly first: Effect.Effect<void>
}

const factsOf = (client: Client): ServerFacts | undefined => {
  const info = client.info
  return info === undefined ? undefined : {
    name: info.server_name,
    version: info.version,
    maxPayloadBytes: info.max_payload,
    cluster: info.cluster,
    brokers: Math.max(1, info.connect_urls?.length ?? 0)
  }
}

/** The client does not declare it. */
const domainOf = (info: object): string | undefined =>
  "domain" in info && typeof info.domain === "string" && info.domain !== "" ? info.domain : undefined

const make = Effect.fnUntraced(function*(options: NatsConnectionOptions) {
  const status = yield* SubscriptionRef.make<ConnectionStatus>({ _tag: "Disconnected", cause: "not connected yet" })
  const facts = yield* Ref.make<ServerFacts>({
    name: "",
    version: "",
    maxPayloadBytes: 0,
    cluster: undefined,
    brokers: 1
  })
  const lastCause = yield* Ref.make("not connected yet")
  const lastRefusal = yield* Ref.make<NatsError>(
    new NatsError({ reason: new Unreachable({ detail: "no answer in time" }) })
  )
  const logger = LogOnChange.make()
  const troubles = yield* makeTroubleLog
  const lines: Array<Line> = []
  let lostAt = Number.NEGATIVE_INFINITY
  let losses = 0

  /** One of the lines to a server has come up or gone. */
  const report = Effect.fnUntraced(function*(server: string) {
    const up = yield* Effect.forEach(lines, (line) => Ref.get(line.connected))
    const { name } = yield* Ref.get(facts)
    const next: ConnectionStatus = up.every(Boolean)
      ? { _tag: "Connected", server: name }
      : { _tag: "Disconnected", cause: yield* Ref.get(lastCause) }
    const before = yield* SubscriptionRef.get(status)
    if (before._tag === next._tag) return
    yield* SubscriptionRef.set(status, next)
    const now = yield* Clock.currentTimeMillis
    if (next._tag === "Disconnected") {
      losses = now - lostAt < soonMillis ? losses + 1 : 1
      lostAt = now
      const message = `lost the connection to ${server}: ${next.cause}`
      if (losses <= lossesSaid) return yield* Effect.logWarning(message)
      return yield* troubles.found({
        key: "flapping",
        level: "Warn",
        message: `the connection comes and goes: ${message}`,
        over: (count) => `the connection has come and gone ${count} times`
      })
    }
    if (losses > lossesSaid && now - lostAt < soonMillis) return
    yield* logger.forget
    yield* Effect.logInfo(`connected to ${next.server} at ${options.url.redacted}`)
  })

  const handshake = { first: false }
  let home: string | undefined
  /** Servers of different JetStream domains have different streams, of the same name perhaps. */
  const stayAtHome = Effect.fnUntraced(function*(client: Client) {
    const domain = client.info === undefined ? undefined : domainOf(client.info)
    home ??= domain
    if (domain === undefined || domain === home) return
    yield* Effect.promise(() => client.close())
    const detail =
      `${client.info?.server_name} is in JetStream domain ${domain}, and what was used before in ${home}: ` +
      "name one of them by JETSTREAM_DOMAIN, or give only servers of one"
    return yield* new NatsError({ reason: new Unreachable({ detail }) })
  })

  const startLine = Effect.fnUntraced(function*(name: string) {
    const driver = Socket.make(
      name,
      () => createInbox(options.inboxPrefix),
      options.jetStreamDomain === undefined ? undefined : `$JS.${options.jetStreamDomain}.API`
    )
    const connected = yield* Ref.make(false)
    const first = yield* Deferred.make<void>()
    const line: Line = { socket: driver.socket, connected, first: Deferred.await(first) }
    lines.push(line)

    const refused = (error: NatsError) => {
      const tag = error.reason._tag
      const severe = tag === "AuthenticationRefused" || tag === "TlsRefused"
      return Effect.all([
        Ref.set(lastRefusal, error),
        Ref.set(lastCause, error.message),
        logger.log(severe ? "Error" : "Warn", `the broker at ${options.url.redacted}: ${error.message}`)
      ])
    }

    const pingIntervalMillis = Duration.toMillis(Duration.fromInputUnsafe(options.pingInterval ?? pingIntervalDefault))
    const connectOnce = openClient(options.url, options, `${options.name} ${name}`, pingIntervalMillis, handshake).pipe(
      Effect.tap((client) => options.jetStreamDomain === undefined ? stayAtHome(client) : Effect.void),
      Effect.tapError(refused)
    )

    const life = Effect.gen(function*() {
      const client = yield* Effect.orDie(Effect.retry(connectOnce, reconnectSchedule))
      driver.attach(client)
      const known = factsOf(client)
      if (known !== undefined && name === "main") yield* Ref.set(facts, known)
      yield* Ref.set(connected, true)
      yield* report(known?.name ?? "")
      yield* Deferred.succeed(first, undefined)
      const cause = yield* watch(client, logger, options.inboxPrefix ?? inboxPrefixDefault)
      driver.detach()
      yield* Ref.set(connected, false)
      yield* Ref.set(lastCause, cause)
      yield* report(known?.name ?? "")
    })

    yield* Effect.addFinalizer(() => closeGently(driver, options.closeTimeout ?? closeTimeoutDefault))
    yield* Effect.forkScoped(Effect.forever(Effect.andThen(survive(life, logger), pause)))
    return line
  })

  const main = yield* startLine("main")
  const commands = yield* startLine("commands")
  const bulk = yield* startLine("bulk")
  const all = Effect.all([main.first, commands.first, bulk.first], { discard: true })
  yield* options.giveUpAfter === undefined ? all : Effect.timeoutOrElse(all, {
    duration: options.giveUpAfter,
    orElse: () => Effect.flatMap(Ref.get(lastRefusal), (error) => Effect.fail(error))
  })

  return NatsConnection.of({
    main: main.socket,
    commands: commands.socket,
    bulk: bulk.socket,
    status: SubscriptionRef.get(status),
    changes: SubscriptionRef.changes(status),
    server: Ref.get(facts),
    url: options.url.redacted
  })
})

/** Up to 200 ms: replicas that lost the broker together do not come back together, and a server that hangs up is spared. */
const pause = Effect.flatMap(Random.nextIntBetween(0, 200), (millis) => Effect.sleep(Duration.millis(millis)))

/** The loop that reconnects must not end by a mistake in it. */
const survive = (life: Effect.Effect<void>, logger: LogOnChange.LogOnChange): Effect.Effect<void> =>
  Effect.catchCauseIf(
    life,
    (cause) => !Cause.hasInterruptsOnly(cause),
    (cause) => logger.log("Error", `the connection loop died and starts again: ${Cause.pretty(cause)}`)
  )

/** Follows one client until it closes; gives the reason in words. */
const watch = (client: Client, logger: LogOnChange.LogOnChange, inboxPrefix: string): Effect.Effect<string> =>
  Effect.gen(function*() {
    const last = yield* Ref.make<string | undefined>(undefined)
    let refused = false
    const events = yield* Effect.forkChild(
      Effect.forEach([client.status()], (iterator) =>
        forEachStatus(iterator, (event) =>
          Effect.gen(function*() {
            // The client says so of every connection that it ends itself, one that the broker refuses included.
            if (event.type === "staleConnection" && refused) return
            const text = describe(event, inboxPrefix)
            if (text === undefined) return
            // What the client says once a connection is over is how it noticed; the broker knows why.
            const words = event.type === "error" ? event.error.message : text
            const ends = event.type === "error"
              ? !(event.error instanceof PermissionViolationError)
              : event.type !== "slowConsumer"
            if (ends) yield* Ref.set(last, words)
            if (event.type !== "error") return yield* logger.log("Warn", text)
            refused = fromClient(event.error, "").reason._tag === "AuthenticationRefused"
            yield* logger.log("Error", text)
          })))
    )
    const error = yield* Effect.promise(() => client.closed())
    yield* Fiber.interrupt(events)
    return (yield* Ref.get(last)) ?? (error instanceof Error ? textOf(error) : "the server closed it")
  })

const forEachStatus = (
  iterable: AsyncIterable<Status>,
  f: (event: Status) => Effect.Effect<void>
): Effect.Effect<void> =>
  Effect.suspend(() => {
    const iterator = iterable[Symbol.asyncIterator]()
    const next: Effect.Effect<void> = Effect.flatMap(
      Effect.promise(() => iterator.next()),
      (result) => result.done === true ? Effect.void : Effect.andThen(f(result.value), next)
    )
    return next
  })

const describe = (event: Status, inboxPrefix: string): string | undefined => {
  switch (event.type) {
    case "error":
      // A refused reply names the inbox of the requester, another one each time.
      return `the broker reports: ${
        event.error.message.split(/(?=["'\s])|(?<=["'\s])/).map((word) =>
          word.startsWith(`${inboxPrefix}.`) ? `${inboxPrefix}.…` : word
        ).join("")
      }`
    case "ldm":
      return `${event.server} is about to shut down (lame duck mode)`
    case "staleConnection":
      return "the broker no longer answers pings"
    case "slowConsumer":
      return "messages arrive faster than they are taken"
    default:
      return undefined
  }
}

const closeGently = (driver: Socket.SocketDriver, deadline: Duration.Input): Effect.Effect<void, never, Scope.Scope> =>
  Effect.suspend(() => {
    const client = driver.current()
    driver.detach()
    if (client === undefined || client.isClosed()) return Effect.void
    // A drain does not end by itself when the connection breaks.
    return Effect.promise(() => Promise.race([client.drain().catch(() => undefined), client.closed()])).pipe(
      Effect.timeoutOption(deadline),
      Effect.flatMap((drained) =>
        Option.isSome(drained)
          ? Effect.void
          : Effect.andThen(
            Effect.logWarning("the connection did not drain in time and is cut"),
            Effect.timeoutOption(Effect.promise(() => client.close()), deadline)
          )
      )
    )
  })
