import { makeTroubleLog } from "@cim-domain/event-sourcing/TroubleLog"
import { Clock, Effect, type Scope, SubscriptionRef } from "effect"
import type { ConnectionStatus, ServerFacts } from "./ConnectionStatus.ts"
import * as LogOnChange from "./LogOnChange.ts"
import { NatsError, Unreachable } from "./NatsError.ts"

/** Losses of the connection that follow each other sooner belong together, in milliseconds. */
const soonMillis = 10_000

/** So many of those that belong together are logged each; then it is said once that the connection comes and goes. */
const lossesSaid = 5

/** What is known of a connection that has several lines, and what the log says of it. */
export interface ConnectionReport {
  readonly status: SubscriptionRef.SubscriptionRef<ConnectionStatus>
  readonly facts: () => ServerFacts
  readonly setFacts: (facts: ServerFacts) => void
  readonly logger: LogOnChange.LogOnChange
  /** A line more, and whether it is up. */
  readonly add: (isUp: () => boolean) => void
  /** One of the lines to a server has come up. */
  readonly isUp: (server: string) => Effect.Effect<void>
  /** One of the lines to a server has gone. */
  readonly isDown: (server: string, cause: string) => Effect.Effect<void>
  /** A line could not be connected. */
  readonly refused: (error: NatsError) => Effect.Effect<void>
  /** The last reason why one could not be connected. */
  readonly lastRefusal: () => NatsError
}

/** Begins the {@link ConnectionReport} of a connection to this URL, as it may stand in the log. */
export const makeConnectionReport = Effect.fnUntraced(function*(
  url: string
): Effect.fn.Return<ConnectionReport, never, Scope.Scope> {
  let lastCause = "not connected yet"
  const status = yield* SubscriptionRef.make<ConnectionStatus>({ _tag: "Disconnected", cause: lastCause })
  let facts: ServerFacts = { name: "", version: "", maxPayloadBytes: 0, cluster: undefined, brokers: 1 }
  let lastRefusal = new NatsError({ reason: new Unreachable({ detail: "no answer in time" }) })
  const logger = LogOnChange.make()
  const troubles = yield* makeTroubleLog
  const isUp: Array<() => boolean> = []
  let lostAt = Number.NEGATIVE_INFINITY
  let losses = 0

  /** One of the lines to a server has come up or gone. */
  const changed = Effect.fnUntraced(function*(server: string) {
    const next: ConnectionStatus = isUp.every((up) => up())
      ? { _tag: "Connected", server: facts.name }
      : { _tag: "Disconnected", cause: lastCause }
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
    yield* Effect.logInfo(`connected to ${next.server} at ${url}`)
  })

  return {
    status,
    logger,
    facts: () => facts,
    setFacts: (next) => {
      facts = next
    },
    add: (up) => {
      isUp.push(up)
    },
    isUp: changed,
    isDown: (server, cause) =>
      Effect.suspend(() => {
        lastCause = cause
        return changed(server)
      }),
    refused: (error) =>
      Effect.suspend(() => {
        const tag = error.reason._tag
        const severe = tag === "AuthenticationRefused" || tag === "TlsRefused"
        lastRefusal = error
        lastCause = error.message
        return logger.log(severe ? "Error" : "Warn", `the broker at ${url}: ${error.message}`)
      }),
    lastRefusal: () => lastRefusal
  }
})
