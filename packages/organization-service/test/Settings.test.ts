import { assert, it } from "@effect/vitest"
import { ConfigProvider, Effect } from "effect"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { readSettings, variables } from "../src/Settings.ts"

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
    for (const [index, [name, value]] of Object.entries(env).entries()) {
      assert.include(lines.toSorted()[index]!, Object.keys(env).toSorted()[index]!)
      assert.isTrue(lines.some((line) => line.startsWith(`${name}: given ${JSON.stringify(value)}; accepted: `)))
    }
  }))

it.effect("a refused URL is repeated without its secrets", () =>
  Effect.gen(function*() {
    for (const url of ["nats://me:secret@one,http://token@two", "nats://u:se/cret+pw@h", "nats://u:Pa,ssw0rd@h:x"]) {
      const { message } = yield* Effect.flip(given({ NATS_URL: url }))
      for (const secret of ["secret", "token", "se/", "cret", "Pa,", "ssw0rd"]) assert.notInclude(message, secret)
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
      assert.strictEqual(problem?.given, `given ${JSON.stringify(path)}`)
      assert.notInclude(problem?.accepted, "secret")
    }
  }).pipe(Effect.scoped))

it.effect("certificate and key go together, credentials and nkey do not", () =>
  Effect.gen(function*() {
    const here = import.meta.filename
    const { problems } = yield* Effect.flip(
      given({ NATS_TLS_CERT_FILE: here, NATS_CREDS_FILE: here, NATS_NKEY_FILE: here })
    )
    assert.deepStrictEqual(problems.map((problem) => problem.name), ["NATS_TLS_KEY_FILE", "NATS_NKEY_FILE"])
  }))

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
