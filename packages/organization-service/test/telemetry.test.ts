import { NatsConnection } from "@cim-domain/nats"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { startReadyReplica } from "@cim-domain/testbed/startReplica"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { ask, connectionTo } from "./Client.ts"
import { type CollectorServer, type OtlpAttribute, startCollector } from "./CollectorServer.ts"
import { api } from "./InProcess.ts"
import { command, creation, newId, type Said, type Sent } from "./messages.ts"

const started = (url: string, env: Readonly<Record<string, string>> = {}) =>
  startReadyReplica({ NATS_URL: url, ...env })

/** Sends a command with a trace context; gives that of its answer, and that of its event. */
const traced = Effect.fnUntraced(function*(sent: Sent, headers: Readonly<Record<string, string>>) {
  const { main } = yield* NatsConnection
  const answer = yield* main.request(sent.subject, sent.body, { headers, timeoutMillis: 5_000 })
  const { status, stream_sequence } = answer.json<Said>()
  assert.strictEqual(status, "ok")
  const { message } = yield* api<{ readonly message: { readonly hdrs: string } }>(
    "STREAM.MSG.GET.ORGANIZATION_EVENTS",
    { seq: stream_sequence }
  )
  const stored = Buffer.from(message.hdrs, "base64").toString()
  return {
    answered: [answer.headers?.get("traceparent"), answer.headers?.get("tracestate")],
    stored: [.../^traceparent: (.*)\r$/gm.exec(stored) ?? []][1]
  }
})

const trace = "4bf92f3577b34da6a3ce929d0e0e4736"
const traceparent = `00-${trace}-00f067aa0ba902b7-01`

it.live(
  "without a collector a trace goes through to event and answer as it came, and none begins",
  () =>
    Effect.gen(function*() {
      const { url } = yield* NatsServer.server()
      yield* started(url)
      yield* Effect.gen(function*() {
        const id = newId()
        const [first, second, third] = yield* Effect.forEach(
          [
            [creation(id), { traceparent, tracestate: "vendor=50%" }],
            [command("UpdateOrganization", id, { name: "B" }), { traceparent: traceparent.replace(/01$/, "00") }],
            [command("UpdateOrganization", id, { name: "C" }), {}]
          ] as const,
          ([sent, headers]) => traced(sent, headers)
        )
        assert.deepStrictEqual(first, { answered: [traceparent, "vendor=50%"], stored: traceparent })
        assert.strictEqual(second?.stored, traceparent.replace(/01$/, "00"))
        assert.isUndefined(third?.stored)
      }).pipe(Effect.provide(connectionTo(url)))
    }),
  { timeout: 30_000 }
)

const attributesOf = (attributes: ReadonlyArray<OtlpAttribute>) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue]))

const spansAt = (collector: CollectorServer) => collector.exports.flatMap(({ spans }) => spans)

it.live(
  "with a collector the spans of a command and the counters are there at the latest when the replica stops",
  () =>
    Effect.gen(function*() {
      const { url } = yield* NatsServer.server()
      const collector = yield* startCollector()
      const folder = yield* Effect.acquireRelease(
        Effect.sync(() => mkdtempSync(join(tmpdir(), "telemetry-"))),
        (path) => Effect.sync(() => rmSync(path, { recursive: true }))
      )
      const headers = join(folder, "headers")
      writeFileSync(headers, "Authorization=Bearer%20secret\n")
      const replica = yield* started(url, {
        OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/base/`,
        OTEL_EXPORTER_OTLP_HEADERS_FILE: headers,
        OTEL_RESOURCE_ATTRIBUTES: "deployment.environment=test"
      })
      const { event, other } = yield* Effect.gen(function*() {
        const id = newId()
        const event = yield* traced(creation(id), { traceparent })
        assert.deepStrictEqual(event.answered[0], traceparent)
        const unsampled = traceparent.replace(trace, "a".repeat(32)).replace(/01$/, "00")
        const other = yield* traced(command("UpdateOrganization", id, { name: "B" }), { traceparent: unsampled })
        return { event, other }
      }).pipe(Effect.provide(connectionTo(url)))
      assert.strictEqual(yield* replica.stop, 0)

      const spans = spansAt(collector)
      const process = spans.find(({ name, traceId }) => traceId === trace && name.endsWith(" process"))
      const append = spans.find(({ name, traceId }) => traceId === trace && name === "EventStore.append")
      assert.strictEqual(process?.parentSpanId, "00f067aa0ba902b7")
      assert.strictEqual(append?.parentSpanId, process?.spanId)
      assert.strictEqual(event.stored, `00-${trace}-${process?.spanId}-01`)
      // What its sender does not want to see is not exported, and stays recognisable as such.
      assert.match(String(other.stored), /^00-a{32}-[0-9a-f]{16}-00$/)
      assert.notInclude(spans.map(({ traceId }) => traceId), "a".repeat(32))

      const counters = collector.exports.flatMap(({ metrics }) => metrics)
      const applied = counters.find(({ name }) => name === "commands_total")?.sum?.dataPoints ?? []
      assert.deepStrictEqual(
        applied.map(({ asDouble, asInt, attributes }) => [attributesOf(attributes)["command_type"], asInt ?? asDouble]),
        [["CreateOrganization", 1], ["UpdateOrganization", 1]]
      )
      assert.includeMembers(counters.map(({ name }) => name), ["commands_total", "decisions_total"])

      assert.sameMembers([...new Set(collector.exports.map(({ path }) => path))], [
        "/base/v1/traces",
        "/base/v1/metrics"
      ])
      for (const { headers, resource } of collector.exports) {
        assert.strictEqual(headers.authorization, "Bearer secret")
        const attributes = attributesOf(resource)
        assert.deepInclude(attributes, { "service.name": "organization-service", "deployment.environment": "test" })
        assert.match(String(attributes["service.instance.id"]), /^[0-9a-f-]{36}$/)
      }
      assert.notInclude(JSON.stringify(replica.log()), "secret")
    }).pipe(Effect.scoped),
  { timeout: 30_000 }
)

it.live(
  "a collector that is away, or hangs, delays no command, no stop, and stands in the log once",
  () =>
    Effect.gen(function*() {
      const { url } = yield* NatsServer.server()
      const hanging = yield* startCollector({ hangs: true })
      const nobody = yield* Effect.scoped(Effect.map(startCollector(), (collector) => collector.url))
      yield* Effect.gen(function*() {
        for (const [endpoint, words] of [[nobody, "cannot be reached"], [hanging.url, "is slow"]] as const) {
          const replica = yield* started(url, { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })
          // Two spans for each: full batches, more than may be under way.
          const load = (commands: number) =>
            Effect.gen(function*() {
              const ids = Array.from({ length: commands }, newId)
              const answers = yield* Effect.forEach(ids, (id) => ask(creation(id)), { concurrency: 32 })
              assert.deepStrictEqual([...new Set(answers.map(({ outcome }) => outcome))], ["applied"])
            })
          yield* load(1_500)
          yield* replica.says(words)
          yield* load(1_000)
          assert.strictEqual(replica.times("the collector at"), 1)
          assert.strictEqual(yield* replica.stop, 0)
        }
      }).pipe(Effect.provide(connectionTo(url)))
    }),
  { timeout: 90_000 }
)
