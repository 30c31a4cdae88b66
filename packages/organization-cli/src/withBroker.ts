import { parseNatsUrl } from "@cim-domain/nats"
import { NatsConnection } from "@cim-domain/nats/NatsConnection"
import { Config, Duration, Effect, FileSystem, Layer, Option, Result } from "effect"
import { BadInput, Unanswered } from "./exitCodes.ts"
import { organizationCommand } from "./organizationCommand.ts"
import { whyUnreadable } from "./whyUnreadable.ts"

/** The file that a variable names, if it does. Fails with `BadInput` when it cannot be read. */
const file = Effect.fnUntraced(function*(variable: string) {
  const path = Option.getOrUndefined(yield* Effect.orDie(Config.option(Config.NonEmptyString(variable))))
  if (path === undefined) return undefined
  const fs = yield* FileSystem.FileSystem
  yield* Effect.mapError(
    fs.access(path, { readable: true }),
    (error) => new BadInput({ problems: [`${variable}: cannot read ${path}: ${whyUnreadable(error)}`] })
  )
  return path
})

/** The files that the replica takes its credentials from, from the same variables. */
const credentialFiles = Effect.all({
  credsFile: file("NATS_CREDS_FILE"),
  nkeyFile: file("NATS_NKEY_FILE"),
  tlsCaFile: file("NATS_TLS_CA_FILE"),
  tlsCertFile: file("NATS_TLS_CERT_FILE"),
  tlsKeyFile: file("NATS_TLS_KEY_FILE")
})

/**
 * Connects to the broker that the shared flags name, for as long as the effect runs. Fails with `BadInput` for a bad URL
 * or a credential file that cannot be read, and with `Unanswered` when there is no broker within the timeout.
 */
export const withBroker = Effect.fnUntraced(function*<A, E, R>(effect: Effect.Effect<A, E, R>) {
  const { server, timeout } = yield* organizationCommand
  const url = parseNatsUrl(server.value)
  if (Result.isFailure(url)) {
    return yield* new BadInput({ problems: url.failure.problems.map((problem) => `${server.source}: ${problem}`) })
  }
  const files = yield* credentialFiles
  const connection = NatsConnection.layer({
    url: url.success,
    name: "organization-cli",
    giveUpAfter: Duration.seconds(timeout),
    ...files
  })
  const services = yield* Effect.mapError(
    Layer.build(connection),
    (error) =>
      new Unanswered({ lines: [`the broker at ${url.success.redacted}: ${error.message}`, "Nothing was sent"] })
  )
  return yield* Effect.provide(effect, services)
}, Effect.scoped)
