import { EventStream, type EventStreamOptions } from "@cim-domain/nats/EventStream"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { temporaryFolder } from "@cim-domain/nats/testing/temporaryFolder"
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import { api, connection, eventStream, type LogEntry, operator, prefix, recorded, streamName } from "./Broker.ts"

const streamOn = (url: string, options: Partial<EventStreamOptions> = {}) =>
  Effect.map(Layer.build(eventStream(options).pipe(Layer.provide(connection(url)))), Context.get(EventStream))

/** What a start on that broker ends with. */
const endOn = (url: string, options: Partial<EventStreamOptions> = {}) =>
  Effect.map(Effect.flip(streamOn(url, options)), (error) => {
    assert.strictEqual(error._tag, "StreamUnusable")
    assert.notInclude(error.message, "\n")
    return error.message
  })

const namesOn = Effect.fnUntraced(function*(url: string) {
  const { streams } = (yield* api(yield* operator(url), "STREAM.NAMES")) as { streams?: ReadonlyArray<string> | null }
  return streams ?? []
})

describe("a stream that has to be made", () => {
  it.live("gets the one replica that a single broker has, whatever it says of clusters and leaf nodes", () =>
    Effect.gen(function*() {
      for (
        const config of [
          "cluster { name: solo }",
          `leafnodes { remotes: [ { url: "nats://127.0.0.1:1" } ] }`,
          `leafnodes { listen: "127.0.0.1:-1" }`
        ]
      ) {
        const { url } = yield* NatsServer.server({ config })
        const stream = yield* streamOn(url)
        assert.deepStrictEqual([stream.replicas, stream.warnings], [1, []], config)
      }
    }))

  it.live(
    "gets two replicas on two brokers, three on three, and one that has fewer is warned of",
    () =>
      Effect.forEach(
        [2, 3] as const,
        Effect.fnUntraced(function*(size) {
          const { url } = yield* NatsServer.cluster({ size })
          const stream = yield* streamOn(url)
          assert.deepStrictEqual([stream.replicas, stream.warnings], [size, []])
          const client = yield* operator(url.split(","))
          const poor = { name: "POOR", subjects: ["poor.>"], num_replicas: 1, allow_direct: true, allow_atomic: true }
          yield* api(client, "STREAM.CREATE.POOR", poor)
          const logged: Array<LogEntry> = []
          const { warnings } = yield* Effect.provide(
            streamOn(url, { name: "POOR", subjectPrefix: "poor" }),
            recorded(logged)
          )
          assert.lengthOf(warnings, 1)
          assert.include(warnings[0], `1 replica(s), and the cluster could keep ${size}`)
          assert.lengthOf(logged.filter(({ level }) => level === "Warn"), 1)
          assert.deepStrictEqual(
            (yield* streamOn(url, { name: "POOR", subjectPrefix: "poor", replicas: 1 })).warnings,
            []
          )
        }),
        { concurrency: 2 }
      ),
    120_000
  )

  it.live("gets as many replicas as it is told to, or the start ends with the broker's words and the setting", () =>
    Effect.gen(function*() {
      const { url } = yield* NatsServer.cluster({ size: 2 })
      const message = yield* endOn(url, { replicas: 3 })
      assert.include(message, "no suitable peers")
      assert.include(message, "STREAM_REPLICAS")
      assert.strictEqual((yield* streamOn(url, { replicas: 1 })).replicas, 1)
    }))

  it.live("is refused for good: the start ends with the broker's words and what helps", () =>
    Effect.gen(function*() {
      const store = yield* temporaryFolder
      const account = (limits: string) => `
        accounts { A { jetstream { ${limits} }, users: [ { user: a, password: a } ] } }
        no_auth_user: a`
      const sized = yield* NatsServer.server({ config: account("max_file: 1G, max_bytes_required: true") })
      const message = yield* endOn(sized.url)
      assert.include(message, "max bytes")
      assert.include(message, `nats stream add ${streamName} --subjects "${prefix}.>"`)
      assert.match(message, /--max-bytes \d+GB/)

      const full = yield* NatsServer.server({ config: account("max_file: 1G, max_streams: 1") })
      yield* api(yield* operator(full.url), "STREAM.CREATE.OTHER", { name: "OTHER", subjects: ["other"] })
      assert.include(yield* endOn(full.url), "maximum number of streams reached")

      const taken = yield* NatsServer.server({ storeFolder: store })
      yield* api(yield* operator(taken.url), "STREAM.CREATE.OTHER", { name: "OTHER", subjects: ["things.>"] })
      assert.include(yield* endOn(taken.url), `stream OTHER stores subjects that overlap with ${prefix}.>`)
    }))

  it.live("is not made where that is switched off: the start ends and names how to make it, or put it back", () =>
    Effect.gen(function*() {
      const { url } = yield* NatsServer.server()
      const message = yield* endOn(url, { create: false })
      for (const part of ["CREATE_STREAMS=false", "nats stream restore", `nats stream add ${streamName} `]) {
        assert.include(message, part)
      }
      assert.deepStrictEqual(yield* namesOn(url), [])
    }))
})
