import {
  identityProblem,
  inboxPrefixForm,
  isInboxPrefix,
  isJetStreamDomain,
  jetStreamDomainForm,
  type NatsUrl,
  parseNatsUrl,
  secretFileProblem
} from "@cim-domain/nats"
import { Config, Effect, type LogLevel, Option, Result, Schema } from "effect"
import { readFileSync } from "node:fs"
import { parseKeyValues } from "./parseKeyValues.ts"
import type { Program } from "./Program.ts"
import { type Variable, variable } from "./Variable.ts"

/** A whole number, both ends included. */
export const whole = (min: number, max: number) => ({
  accepted: `a whole number from ${min} to ${max}`,
  parse: (text: string) =>
    /^\d{1,15}$/.test(text) ? Option.some(Number(text)).pipe(Option.filter((n) => n >= min && n <= max)) : Option.none()
})

const flag = {
  accepted: "true or false",
  parse: (text: string) => text === "true" || text === "false" ? Option.some(text === "true") : Option.none()
}

const levels: Readonly<Record<string, LogLevel.LogLevel>> = {
  trace: "Trace",
  debug: "Debug",
  info: "Info",
  warn: "Warn",
  error: "Error"
}

const readable = (path: string): Option.Option<string> =>
  secretFileProblem(path) === undefined ? Option.some(path) : Option.none()

const file = (name: string, about: string): Variable<string> =>
  variable({
    name,
    about,
    accepted: "the path of a readable file",
    fallback: undefined,
    parse: readable,
    describe: (path) => `given ${secretFileProblem(path)}`
  })

/** `Headers` throws when it is given what no header can be. */
const httpHeaders = (path: string): Option.Option<Readonly<Record<string, string>>> =>
  readable(path).pipe(
    Option.flatMap((file) => parseKeyValues(readFileSync(file, "utf8"))),
    Option.flatMap(Option.liftThrowable((headers) => Object.fromEntries(new Headers(headers))))
  )

/** What operators were promised. */
const promised = ({ aggregate: { catalog: { noun, subjects } } }: Pick<Program, "aggregate">) => ({
  natsUrl: variable({
    name: "NATS_URL",
    about: "Brokers to connect to. User and password, or a token, may stand before the host; they are never logged",
    accepted: "a comma list of nats://, tls://, ws:// or wss:// addresses of one kind, each host[:port]",
    fallback: "nats://localhost:4222",
    parse: (text): Option.Option<NatsUrl> => Result.getSuccess(parseNatsUrl(text)),
    // A password may hold any character, and stand in any place of an address that is wrong.
    describe: (text) =>
      Result.match(parseNatsUrl(text), {
        onSuccess: () => "given",
        onFailure: ({ problems }) => `given something else (not shown): ${problems.join("; ")}`
      })
  }),
  streamName: variable({
    name: "STREAM_NAME",
    about: "JetStream stream that holds the events",
    accepted: "1 to 240 characters without blanks, dots, *, >, / and \\",
    fallback: subjects.eventStream,
    parse: (text) => /^[^\s.*>/\\\p{C}]{1,240}$/u.test(text) ? Option.some(text) : Option.none()
  }),
  logLevel: variable({
    name: "LOG_LEVEL",
    about: "Least severity that is logged",
    accepted: Object.keys(levels).join(", "),
    fallback: "info",
    parse: (text) => Option.fromUndefinedOr(levels[text.toLowerCase()])
  }),
  snapshotEvery: variable({
    name: "SNAPSHOT_FREQ",
    about: `Events of one ${noun} between two snapshots`,
    fallback: "100",
    ...whole(1, 1_000_000)
  })
})

/** How much of the machine a replica may take, and how long. */
const bounds = ({ aggregate: { catalog: { noun } } }: Pick<Program, "aggregate">) => ({
  maxInFlight: variable({
    name: "MAX_IN_FLIGHT",
    about: "Commands that one replica works on at a time; beyond it a command is answered OVERLOADED at once",
    fallback: "256",
    ...whole(1, 10_000)
  }),
  maxBytesInFlight: variable({
    name: "MAX_BYTES_IN_FLIGHT",
    about:
      "Bytes of the bodies of all these commands; beyond it one of more than 16 KiB is answered OVERLOADED at once",
    fallback: "18874368",
    ...whole(262_144, 1_000_000_000)
  }),
  cacheCapacity: variable({
    name: "CACHE_CAPACITY",
    about: `States that one replica keeps in memory, each of one ${noun}`,
    fallback: "10000",
    ...whole(1, 1_000_000)
  }),
  cacheBytes: variable({
    name: "CACHE_BYTES",
    about: `Bytes of that memory; what alone takes more is not loaded`,
    fallback: "64000000",
    ...whole(1_000_000, 1_000_000_000_000)
  }),
  commandTimeoutMillis: variable({
    name: "COMMAND_TIMEOUT_MS",
    about: "Milliseconds after which a command that cannot be settled is answered STORE_UNAVAILABLE",
    fallback: "4000",
    ...whole(100, 60_000)
  })
})

/** What the replica makes on the broker, and listens to there. */
const onTheBroker = ({ aggregate: { catalog: { subjects } } }: Pick<Program, "aggregate">) => ({
  streamReplicas: variable({
    name: "STREAM_REPLICAS",
    about: "Replicas of a stream that is created; without it 3, or as many as the cluster has brokers for",
    fallback: undefined,
    ...whole(1, 5)
  }),
  createStreams: variable({
    name: "CREATE_STREAMS",
    about: "Whether streams that are missing are created; otherwise the start ends where one is",
    fallback: "true",
    ...flag
  }),
  acceptLegacySubjects: variable({
    name: "ACCEPT_LEGACY_SUBJECTS",
    about:
      `Whether commands are also taken from ${subjects.commandPrefix}.<id> and ${subjects.commandPrefix}.<command>`,
    fallback: "true",
    ...flag
  })
})

/** Who the replica is to the broker, and where it may go. */
const access = {
  credsFile: file("NATS_CREDS_FILE", "Credentials file (JWT and seed), read again at every connection"),
  nkeyFile: file("NATS_NKEY_FILE", "File with an nkey seed, read again at every connection"),
  userFile: file(
    "NATS_USER_FILE",
    "File with the name of a user, with NATS_PASSWORD_FILE, read again at every connection"
  ),
  passwordFile: file("NATS_PASSWORD_FILE", "File with the password of that user, read again at every connection"),
  tokenFile: file("NATS_TOKEN_FILE", "File with a token, read again at every connection"),
  tlsCaFile: file(
    "NATS_TLS_CA_FILE",
    "Certificates of the authorities that the broker's certificate must come from (PEM)"
  ),
  tlsCertFile: file("NATS_TLS_CERT_FILE", "Client certificate (PEM), with NATS_TLS_KEY_FILE"),
  tlsKeyFile: file("NATS_TLS_KEY_FILE", "Private key of the client certificate (PEM), with NATS_TLS_CERT_FILE"),
  jetStreamDomain: variable({
    name: "JETSTREAM_DOMAIN",
    about: "JetStream domain of the streams, for replicas behind a leaf node; else that of the broker",
    accepted: jetStreamDomainForm,
    fallback: undefined,
    parse: (text) => isJetStreamDomain(text) ? Option.some(text) : Option.none()
  }),
  inboxPrefix: variable({
    name: "NATS_INBOX_PREFIX",
    about:
      "What the subjects begin with that answers to this replica come on, for users that may not subscribe _INBOX.>",
    accepted: inboxPrefixForm,
    fallback: "_INBOX",
    parse: (text) => isInboxPrefix(text) ? Option.some(text) : Option.none()
  })
}

/** Where spans and metrics go. */
const telemetry = ({ name }: Pick<Program, "name">) => ({
  otlpEndpoint: variable({
    name: "OTEL_EXPORTER_OTLP_ENDPOINT",
    about: "OpenTelemetry collector that spans and metrics go to, over OTLP/HTTP; without it no span is made",
    accepted: "an http:// or https:// address without user, query and fragment, such as http://localhost:4318",
    fallback: undefined,
    parse: (text) =>
      /^https?:\/\/[^/?#@\\\s]+(\/[^?#@\\\s]*)?$/i.test(text) && URL.canParse(text) ? Option.some(text) : Option.none(),
    describe: () => "given something else (not shown)"
  }),
  otlpHeaders: variable({
    name: "OTEL_EXPORTER_OTLP_HEADERS_FILE",
    about: "File with the headers that the collector wants to see, as in OTEL_EXPORTER_OTLP_HEADERS, read once",
    accepted: "the path of a readable file with a comma list of name=value, percent-encoded",
    fallback: undefined,
    parse: httpHeaders,
    describe: (path) => `given ${secretFileProblem(path) ?? `${JSON.stringify(path)}, which holds something else`}`
  }),
  serviceName: variable({
    name: "OTEL_SERVICE_NAME",
    about: `What the collector is to call this service, ${name} unless said here or by service.name below`,
    accepted: "1 to 255 characters",
    fallback: undefined,
    parse: (text) => /^\P{C}{1,255}$/u.test(text) ? Option.some(text) : Option.none()
  }),
  resourceAttributes: variable({
    name: "OTEL_RESOURCE_ATTRIBUTES",
    about: "What else the collector is to know about this replica",
    accepted: "a comma list of name=value, percent-encoded",
    fallback: undefined,
    parse: parseKeyValues
  })
})

/**
 * Every variable the replica of a domain reads, but for those of its limits. The first four are what operators were promised;
 * the others have safe defaults.
 */
export const variablesOf = (program: Pick<Program, "aggregate" | "name">) => ({
  ...promised(program),
  ...bounds(program),
  ...onTheBroker(program),
  ...access,
  ...telemetry(program)
})

type Variables = ReturnType<typeof variablesOf>
type Values = { readonly [Key in keyof Variables]: Variables[Key] extends Variable<infer A> ? A : never }
type Optional =
  | "streamReplicas"
  | "credsFile"
  | "nkeyFile"
  | "userFile"
  | "passwordFile"
  | "tokenFile"
  | "tlsCaFile"
  | "tlsCertFile"
  | "tlsKeyFile"
  | "jetStreamDomain"
  | "otlpEndpoint"
  | "otlpHeaders"
  | "serviceName"
  | "resourceAttributes"

/** What a replica was told. Optional values are `undefined` when not given. */
export type Settings = Omit<Values, Optional> & { readonly [Key in Optional]: Values[Key] | undefined } & {
  /** Limits of the domain that were chosen, or are by default. */
  readonly limits: { readonly [limit: string]: unknown }
}

const Problem = Schema.Struct({ name: Schema.String, given: Schema.String, accepted: Schema.String })

/** Variables with values that are not accepted, all at once. */
export class BadSettings extends Schema.TaggedError<BadSettings>()("BadSettings", { problems: Schema.Array(Problem) }) {
  /** One line for each. */
  get lines(): ReadonlyArray<string> {
    return this.problems.map(({ accepted, given, name }) => `${name}: ${given}; accepted: ${accepted}`)
  }
  override get message() {
    return this.lines.join("\n")
  }
}

const read = Effect.fnUntraced(function*<A>({ accepted, describe, fallback, name, parse }: Variable<A>) {
  const text = Option.filter(yield* Config.option(Config.String(name)), (given) => given.trim() !== "")
  const value = Option.getOrElse(text, () => fallback)?.trim()
  if (value === undefined) return Result.succeed(undefined)
  return Result.fromOption(
    parse(value),
    () => ({ name, given: describe?.(value) ?? `given ${JSON.stringify(value)}`, accepted })
  )
}, Effect.orDie)

/** Reads every variable of a program. Fails with {@link BadSettings}, one problem for each bad variable. */
export const readSettings = (
  program: Pick<Program, "aggregate" | "limits" | "name">
): Effect.Effect<Settings, BadSettings> =>
  Effect.gen(function*() {
    const variables = variablesOf(program)
    const [values, problems] = yield* readAll(variables)
    const [limits, wrongLimits] = yield* readAll(program.limits)
    const settings = { ...values, limits } as unknown as Settings
    const found = [...problems, ...wrongLimits]
    if ((settings.tlsCertFile === undefined) !== (settings.tlsKeyFile === undefined)) {
      const missing = settings.tlsCertFile === undefined ? variables.tlsCertFile : variables.tlsKeyFile
      found.push({ name: missing.name, given: "not given", accepted: "certificate and key together, or neither" })
    }
    const identity = identityProblem(settings, settings.natsUrl?.credentials)
    if (identity !== undefined) found.push(identity)
    return found.length === 0 ? settings : yield* new BadSettings({ problems: found })
  })

const readAll = Effect.fnUntraced(function*(variables: { readonly [key: string]: Variable<any> }) {
  const results = yield* Effect.all(
    Object.fromEntries(
      Object.entries(variables).map(([key, definition]) => [key, read(definition as Variable<unknown>)])
    )
  )
  const problems = Object.values(results).flatMap((result) => Result.isFailure(result) ? [result.failure] : [])
  const values = Object.fromEntries(
    Object.entries(results).map(([key, result]) => [key, Result.getOrUndefined(result)])
  )
  return [values, problems] as const
})
