import { createInbox, type NatsConnection as Client } from "@nats-io/nats-core"
import { Cause, Deferred, Duration, Effect, Option, Random, type Scope } from "effect"
import type { ConnectionReport } from "./ConnectionReport.ts"
import type { ServerFacts } from "./ConnectionStatus.ts"
import { followClient } from "./followClient.ts"
import type { LogOnChange } from "./LogOnChange.ts"
import type { NatsConnectionOptions } from "./NatsConnectionOptions.ts"
import { NatsError, Unreachable } from "./NatsError.ts"
import * as Socket from "./NatsSocket.ts"
import { openClient } from "./openClient.ts"
import { reconnectSchedule } from "./reconnectSchedule.ts"

const closeTimeoutDefault: Duration.Input = "2 seconds"
const inboxPrefixDefault = "_INBOX"
const pingIntervalDefault: Duration.Input = "10 seconds"

/** What the lines of one connection have in common. */
export interface SharedByLines {
  readonly report: ConnectionReport
  readonly handshake: Parameters<typeof openClient>[4]
  /** The JetStream domain of the first server. */
  home: string | undefined
}

/** One socket of a connection. */
export interface Line {
  readonly socket: Socket.NatsSocket
  /** Waits until it has been up once. */
  readonly first: Effect.Effect<void>
}

/** Connects a socket, and connects it again after each loss, as long as the scope lives. */
export const startLine = Effect.fnUntraced(function*(
  name: string,
  options: NatsConnectionOptions,
  shared: SharedByLines
): Effect.fn.Return<Line, never, Scope.Scope> {
  const { report } = shared
  const driver = Socket.make(
    name,
    () => createInbox(options.inboxPrefix),
    options.jetStreamDomain === undefined ? undefined : `$JS.${options.jetStreamDomain}.API`
  )
  let isUp = false
  report.add(() => isUp)
  const first = yield* Deferred.make<void>()

  const pingIntervalMillis = Duration.toMillis(Duration.fromInputUnsafe(options.pingInterval ?? pingIntervalDefault))
  const connectOnce = openClient(
    options.url,
    options,
    `${options.name} ${name}`,
    pingIntervalMillis,
    shared.handshake
  ).pipe(
    Effect.tap((client) => options.jetStreamDomain === undefined ? stayAtHome(client, shared) : Effect.void),
    Effect.tapError(report.refused)
  )

  const life = Effect.gen(function*() {
    const client = yield* Effect.orDie(Effect.retry(connectOnce, reconnectSchedule))
    driver.attach(client)
    const known = factsOf(client)
    if (known !== undefined && name === "main") report.setFacts(known)
    isUp = true
    yield* report.isUp(known?.name ?? "")
    yield* Deferred.succeed(first, undefined)
    const cause = yield* followClient(client, report.logger, options.inboxPrefix ?? inboxPrefixDefault)
    driver.detach()
    isUp = false
    yield* report.isDown(known?.name ?? "", cause)
  })

  yield* Effect.addFinalizer(() => closeGently(driver, options.closeTimeout ?? closeTimeoutDefault))
  yield* Effect.forkScoped(Effect.forever(Effect.andThen(survive(life, report.logger), pause)))
  return { socket: driver.socket, first: Deferred.await(first) }
})

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

/** Servers of different JetStream domains have different streams, of the same name perhaps. */
const stayAtHome = Effect.fnUntraced(function*(client: Client, shared: SharedByLines) {
  const domain = client.info === undefined ? undefined : domainOf(client.info)
  shared.home ??= domain
  if (domain === undefined || domain === shared.home) return
  yield* Effect.promise(() => client.close())
  const detail =
    `${client.info?.server_name} is in JetStream domain ${domain}, and what was used before in ${shared.home}: ` +
    "name one of them by JETSTREAM_DOMAIN, or give only servers of one"
  return yield* new NatsError({ reason: new Unreachable({ detail }) })
})

/** Up to 200 ms: replicas that lost the broker together do not come back together, and a server that hangs up is spared. */
const pause = Effect.flatMap(Random.nextIntBetween(0, 200), (millis) => Effect.sleep(Duration.millis(millis)))

/** The loop that reconnects must not end by a mistake in it. */
const survive = (life: Effect.Effect<void>, logger: LogOnChange): Effect.Effect<void> =>
  Effect.catchCauseIf(
    life,
    (cause) => !Cause.hasInterruptsOnly(cause),
    (cause) => logger.log("Error", `the connection loop died and starts again: ${Cause.pretty(cause)}`)
  )

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
