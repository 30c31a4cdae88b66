import {
  identityProblem,
  inboxPrefixForm,
  isInboxPrefix,
  isJetStreamDomain,
  jetStreamDomainForm,
  parseNatsUrl
} from "@cim-domain/nats"
import { NatsConnection } from "@cim-domain/nats/NatsConnection"
import { Config, Duration, Effect, FileSystem, Layer, Option, Result } from "effect"
import { BadInput, Unanswered } from "./exitCodes.ts"
import { organizationCommand } from "./organizationCommand.ts"
import { whyUnreadable } from "./whyUnreadable.ts"

/** A setting, when it is given. */
const text = (variable: string) =>
  Effect.map(Effect.orDie(Config.option(Config.NonEmptyString(variable))), Option.getOrUndefined)

/** The file that a variable names, if it does. Fails with `BadInput` when it cannot be read. */
const file = Effect.fnUntraced(function*(variable: string) {
  const path = yield* text(variable)
  if (path === undefined) return undefined
  const fs = yield* FileSystem.FileSystem
  yield* Effect.mapError(
    fs.access(path, { readable: true }),
    (error) =>
      new BadInput({ problems: [`${variable}: the file that it names cannot be read: ${whyUnreadable(error)}`] })
  )
  return path
})

/** The files that the replica takes its credentials from, from the same variables. */
const credentialFiles = Effect.all({
  credsFile: file("NATS_CREDS_FILE"),
  nkeyFile: file("NATS_NKEY_FILE"),
  userFile: file("NATS_USER_FILE"),
  passwordFile: file("NATS_PASSWORD_FILE"),
  tokenFile: file("NATS_TOKEN_FILE"),
  tlsCaFile: file("NATS_TLS_CA_FILE"),
  tlsCertFile: file("NATS_TLS_CERT_FILE"),
  tlsKeyFile: file("NATS_TLS_KEY_FILE")
})

/** What else a user behind a leaf node, or with few permissions, has to say. */
const names = Effect.gen(function*() {
  const [jetStreamDomain, inboxPrefix] = yield* Effect.all([text("JETSTREAM_DOMAIN"), text("NATS_INBOX_PREFIX")])
  const problems = [
    ...(jetStreamDomain === undefined || isJetStreamDomain(jetStreamDomain)
      ? []
      : [`JETSTREAM_DOMAIN: given ${JSON.stringify(jetStreamDomain)}; accepted: ${jetStreamDomainForm}`]),
    ...(inboxPrefix === undefined || isInboxPrefix(inboxPrefix)
      ? []
      : [`NATS_INBOX_PREFIX: given ${JSON.stringify(inboxPrefix)}; accepted: ${inboxPrefixForm}`])
  ]
  return problems.length === 0 ? { inboxPrefix, jetStreamDomain } : yield* new BadInput({ problems })
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
  const problem = identityProblem(files, url.success.credentials)
  if (problem !== undefined) {
    return yield* new BadInput({ problems: [`${problem.name}: ${problem.given}; accepted: ${problem.accepted}`] })
  }
  const connection = NatsConnection.layer({
    url: url.success,
    name: "organization-cli",
    giveUpAfter: Duration.seconds(timeout),
    ...files,
    ...(yield* names)
  })
  const services = yield* Effect.mapError(
    Layer.build(connection),
    (error) =>
      new Unanswered({ lines: [`the broker at ${url.success.redacted}: ${error.message}`, "Nothing was sent"] })
  )
  return yield* Effect.provide(effect, services)
}, Effect.scoped)
