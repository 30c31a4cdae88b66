import { assert, it } from "@effect/vitest"
import { Arbitrary, ConfigProvider, Effect, Schema } from "effect"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { readSettings, variables } from "./program.ts"

const given = (env: Record<string, string>) =>
  Effect.provide(readSettings, ConfigProvider.layer(ConfigProvider.fromEnv({ env })))

it.effect("without any variable the defaults hold", () =>
  Effect.gen(function*() {
    const settings = yield* given({})
    assert.deepInclude(settings, {
      streamName: "ORGANIZATION_EVENTS",
      logLevel: "Info",
      snapshotEvery: 100,
      maxInFlight: 256,
      acceptLegacySubjects: true,
      streamReplicas: undefined,
      createStreams: true,
      credsFile: undefined
    })
  }))

it.effect("an empty variable counts as unset, blanks around a value do not count", () =>
  Effect.gen(function*() {
    const settings = yield* given({ NATS_URL: "", SNAPSHOT_FREQ: " 7 ", LOG_LEVEL: "WARN" })
    assert.strictEqual(settings.natsUrl.redacted, "nats://localhost:4222")
    assert.deepInclude(settings, { snapshotEvery: 7, logLevel: "Warn" })
  }))

it.effect("every bad variable is named with what was given and what is accepted", () =>
  Effect.gen(function*() {
    const env = {
      NATS_URL: "http://broker:4222",
      STREAM_NAME: "a.b",
      LOG_LEVEL: "loud",
      SNAPSHOT_FREQ: "0",
      MAX_IN_FLIGHT: "many",
      JETSTREAM_DOMAIN: "a.b",
      NATS_INBOX_PREFIX: "mine.>",
      STREAM_REPLICAS: "0",
      CREATE_STREAMS: "no",
      ACCEPT_LEGACY_SUBJECTS: "perhaps",
      NATS_CREDS_FILE: "/nowhere/nats.creds",
      OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318",
      OTEL_EXPORTER_OTLP_HEADERS_FILE: import.meta.filename,
      OTEL_SERVICE_NAME: "a\nb",
      OTEL_RESOURCE_ATTRIBUTES: "deployment.environment"
    }
    const lines = (yield* Effect.flip(given(env))).message.split("\n")
    assert.strictEqual(lines.length, Object.keys(env).length)
    // What may hold a secret is described instead.
    const described: Readonly<Record<string, string>> = {
      NATS_URL: "something else (not shown): it has a scheme that is none of nats, tls, ws and wss",
      NATS_CREDS_FILE: "a path that leads nowhere (not shown: it may be the secret itself)",
      OTEL_EXPORTER_OTLP_ENDPOINT: "something else (not shown)",
      OTEL_EXPORTER_OTLP_HEADERS_FILE: `${JSON.stringify(import.meta.filename)}, which holds something else`
    }
    for (const [index, [name, value]] of Object.entries(env).entries()) {
      assert.include(lines.toSorted()[index]!, Object.keys(env).toSorted()[index]!)
      const start = `${name}: given ${described[name] ?? JSON.stringify(value)}; accepted: `
      assert.isTrue(lines.some((line) => line.startsWith(start)), start)
    }
  }))

it.effect("a refused URL is repeated without its secrets", () =>
  Effect.gen(function*() {
    for (const url of ["nats://me:secret@one,http://t0ken@two", "nats://u:se/cret+pw@h", "nats://u:Pa,ssw0rd@h:x"]) {
      const { message } = yield* Effect.flip(given({ NATS_URL: url }))
      for (const secret of ["secret", "t0ken", "se/", "cret", "Pa,", "ssw0rd"]) assert.notInclude(message, secret)
    }
  }))

it.effect("an address of a collector is a base, over HTTP, and is repeated without its secrets", () =>
  Effect.gen(function*() {
    for (const url of ["http://localhost:4318", "https://otel.example.org/base/", "HTTP://[::1]:4318"]) {
      assert.strictEqual((yield* given({ OTEL_EXPORTER_OTLP_ENDPOINT: url })).otlpEndpoint, url)
    }
    for (
      const url of ["grpc://h:4317", "http:h", "http://h:x", "http://", "http://me:secret@h", "http://h/?key=secret"]
    ) {
      const { message } = yield* Effect.flip(given({ OTEL_EXPORTER_OTLP_ENDPOINT: url }))
      assert.match(message, /^OTEL_EXPORTER_OTLP_ENDPOINT: given .*; accepted: an http:\/\/ or https:\/\/ address/)
      assert.notInclude(message, "secret")
    }
  }))

it.effect("headers for the collector come from a file, attributes from the environment, decoded", () =>
  Effect.gen(function*() {
    const folder = yield* Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "settings-"))),
      (path) => Effect.sync(() => rmSync(path, { recursive: true }))
    )
    const path = join(folder, "headers")
    const from = (text: string) => {
      writeFileSync(path, text)
      return given({ OTEL_EXPORTER_OTLP_HEADERS_FILE: path, OTEL_RESOURCE_ATTRIBUTES: " a = 1 ,b=caf%C3%A9=2" })
    }
    const settings = yield* from("Authorization=Basic%20c2VjcmV0==, x-tenant=a%2Cb\n")
    assert.deepStrictEqual(settings.otlpHeaders, { authorization: "Basic c2VjcmV0==", "x-tenant": "a,b" })
    assert.deepStrictEqual(settings.resourceAttributes, { a: "1", b: "café=2" })
    for (
      const text of ["", "secret", "a=1,secret", "=secret", "a b=secret", "a=%zz secret", "a=1\nb=secret", "ä=secret"]
    ) {
      const { problems: [problem] } = yield* Effect.flip(from(text))
      assert.strictEqual(problem?.given, `given ${JSON.stringify(path)}, which holds something else`)
      assert.notInclude(problem?.accepted, "secret")
    }
  }).pipe(Effect.scoped))

it.effect("certificate and key go together, and there is one way to say who one is", () =>
  Effect.gen(function*() {
    const here = import.meta.filename
    const secret = { NATS_URL: "nats://me:s3cret@h" }
    const token = { NATS_TOKEN_FILE: here }
    const user = { NATS_USER_FILE: here, NATS_PASSWORD_FILE: here }
    const cases = [
      [{ NATS_TLS_CERT_FILE: here, NATS_CREDS_FILE: here, NATS_NKEY_FILE: here }, [
        "NATS_TLS_KEY_FILE",
        "NATS_NKEY_FILE"
      ]],
      [{ ...token, ...user }, ["NATS_USER_FILE"]],
      [{ NATS_NKEY_FILE: here, ...token }, ["NATS_TOKEN_FILE"]],
      [{ NATS_USER_FILE: here }, ["NATS_PASSWORD_FILE"]],
      [{ NATS_PASSWORD_FILE: here }, ["NATS_USER_FILE"]],
      [{ ...secret, ...token }, ["NATS_TOKEN_FILE"]],
      [{ ...secret, ...user }, ["NATS_USER_FILE"]],
      [{ ...secret, NATS_CREDS_FILE: here }, ["NATS_CREDS_FILE"]]
    ] as const
    for (const [env, names] of cases) {
      const { message, problems } = yield* Effect.flip(given(env))
      assert.deepStrictEqual(problems.map(({ name }) => name), [...names])
      assert.notInclude(message, "s3cret")
    }
    for (const env of [token, user, secret]) yield* given(env)
  }))

it.effect("a file of a secret is refused with the reason, and a secret in place of its path is not repeated", () =>
  Effect.gen(function*() {
    const files = [
      "NATS_CREDS_FILE",
      "NATS_NKEY_FILE",
      "NATS_TOKEN_FILE",
      "NATS_TLS_CA_FILE",
      "OTEL_EXPORTER_OTLP_HEADERS_FILE"
    ]
    const folder = import.meta.dirname
    const cases = [
      [folder, `given ${JSON.stringify(folder)} is a folder;`],
      [
        join(folder, "no such file"),
        `given ${JSON.stringify(join(folder, "no such file"))} is missing, or may not be looked at;`
      ],
      ["/dev/null", "given \"/dev/null\" is no regular file;"],
      ["s3cret", "given a path that leads nowhere (not shown"],
      ["/s3cret", "given a path that leads nowhere (not shown"],
      ["-----BEGIN NATS USER JWT-----\ns3cret\n", "given a path that leads nowhere (not shown"]
    ] as const
    for (const name of files) {
      for (const [path, expected] of cases) {
        const { message } = yield* Effect.flip(given({ [name]: path }))
        assert.isTrue(message.startsWith(`${name}: ${expected}`), message)
        assert.notInclude(message, "s3cret")
      }
    }
  }))

const special = ["/", ",", "#", "?", "@", ":", "%", "+", "=", "[", "]", ".", " ", "://", "\\", "4222"]
const around = Arbitrary.map(
  Arbitrary.schema(Schema.Array(Schema.Union([Schema.Literals(special), Schema.String]))),
  (parts) => parts.join("").replaceAll("\0", "")
)

it.effect.prop(
  "a secret in any place of an address or a path is in no message and in nothing that is logged of what is accepted",
  [around, around, Schema.Literals(["nats://", "tls://", "ws://", "wss://", "NATS://", "http://", ""])],
  ([before, after, scheme]) =>
    Effect.gen(function*() {
      const secret = `${before}S3CRET${after}`
      const env = {
        NATS_URL: `${scheme}${secret}@h`,
        NATS_TOKEN_FILE: secret,
        NATS_TLS_KEY_FILE: secret,
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://h/?${secret}`,
        OTEL_EXPORTER_OTLP_HEADERS_FILE: secret
      }
      for (const [name, value] of Object.entries({ ...env, again: "" })) {
        const shown = yield* Effect.match(given({ [name]: value }), {
          onFailure: ({ message }) => message,
          onSuccess: ({ natsUrl }) => natsUrl.redacted
        })
        assert.notInclude(shown, "S3CRET", name)
      }
      for (const url of [`ws://h/${secret}`, `wss://h?jwt=${secret}`, `nats://h,${secret}@h`, `nats://h:${secret}`]) {
        const shown = yield* Effect.match(given({ NATS_URL: url }), {
          onFailure: ({ message }) => message,
          onSuccess: ({ natsUrl }) => natsUrl.redacted
        })
        // What stands behind a comma or an @ is a host, for all that anybody can tell.
        if (!/[,@]/.test(secret)) assert.notInclude(shown, "S3CRET", url)
      }
    }),
  { arbitrary: { runs: 300 } }
)

it("README lists every variable with its default, and no other", () => {
  const readme = readFileSync(join(import.meta.dirname, "../../../README.md"), "utf8")
  const rows = [...readme.matchAll(/^\| `([A-Z_]+)` +\| (?:`(.*?)`)? *\|/gm)].map((
    [, name, fallback]
  ) => [name, fallback])
  assert.deepStrictEqual(rows, Object.values(variables).map(({ fallback, name }) => [name, fallback]))
})

it("every variable is described for operators", () => {
  for (const { about, accepted, name } of Object.values(variables)) {
    assert.match(name, /^[A-Z_]+$/)
    assert.isAbove(about.length, 20)
    assert.isAbove(accepted.length, 5)
  }
})
