import { type NatsServer, NatsServer as Servers } from "@cim-domain/nats/testing/NatsServer"
import type { Program } from "@cim-domain/testbed/Program"
import { replicaBundle, replicaSource } from "@cim-domain/testbed/programBundle"
import { Effect, type Scope } from "effect"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { BenchmarkFailed } from "../Benchmark.ts"
import { lastWordsOf, startMeasured } from "./startMeasured.ts"

/** Something that answers commands, with a broker of its own. */
export interface Contender {
  readonly name: string
  readonly url: string
  /** The processes whose cost is measured. */
  readonly pids: ReadonlyArray<number>
  readonly brokerPids: ReadonlyArray<number>
  /** Its processes. */
  readonly programs: ReadonlyArray<Program>
  /** What its processes and its brokers said last, for when something went wrong. */
  readonly lastWords: Effect.Effect<string>
}

/** What a contender runs on. */
export interface Ground {
  /** Replicas of the service. The null service can have one only. Default 1. */
  readonly replicas?: number
  /** Three brokers with a replicated stream instead of one. Default false. */
  readonly cluster?: boolean
  /** The broker writes to disk before it acknowledges. Default false. */
  readonly syncAlways?: boolean
  /** More settings of the service. */
  readonly env?: Readonly<Record<string, string>>
  /** Options of Node for the service. */
  readonly nodeArgs?: ReadonlyArray<string>
  /** The service runs from its sources, so that a profile tells them apart, instead of from the bundle. Default false. */
  readonly fromSources?: boolean
}

/** A broker, or three, that is gone with the scope. */
export const startBrokers = (
  { cluster = false, syncAlways = false }: Ground
): Effect.Effect<{ readonly url: string; readonly servers: ReadonlyArray<NatsServer> }, BenchmarkFailed, Scope.Scope> =>
  Effect.gen(function*() {
    if (cluster) return yield* Servers.cluster()
    if (!syncAlways) return yield* Effect.map(Servers.server(), (server) => ({ url: server.url, servers: [server] }))
    const folder = yield* Effect.acquireRelease(
      Effect.promise(() => mkdtemp(join(tmpdir(), "nats-server-"))),
      (path) => Effect.promise(() => rm(path, { recursive: true, force: true }))
    )
    const config = `jetstream { store_dir: "${folder}", sync_interval: always }`
    return yield* Effect.map(Servers.server({ jetstream: false, config }), (server) => ({
      url: server.url,
      servers: [server]
    }))
  }).pipe(Effect.mapError((error) => new BenchmarkFailed({ detail: error.message })))

const pidsOf = (servers: ReadonlyArray<NatsServer>) => Effect.forEach(servers, (server) => server.pid)

/** Lines of a broker's log that are repeated. */
const brokerLines = 3

const lastWordsOfAll = (programs: ReadonlyArray<Program>, servers: ReadonlyArray<NatsServer>) =>
  Effect.map(
    Effect.forEach(servers, (server) =>
      Effect.map(server.log, (text) => text.trimEnd().split("\n").slice(-brokerLines).join("\n"))),
    (logs) =>
      [...programs.map(lastWordsOf), ...logs].join("\n")
  )

/** The service as it is shipped, ready to answer. */
export const startService = Effect.fnUntraced(function*(ground: Ground) {
  const { servers, url } = yield* startBrokers(ground)
  const file = ground.fromSources === true ? replicaSource : yield* replicaBundle
  const replicas = yield* Effect.forEach(
    Array.from({ length: ground.replicas ?? 1 }),
    () =>
      startMeasured({
        file,
        env: { NATS_URL: url, LOG_LEVEL: "info", ...ground.env },
        ...(ground.nodeArgs === undefined ? {} : { nodeArgs: ground.nodeArgs })
      })
  )
  yield* Effect.forEach(replicas, (replica) => replica.logged("ready"))
  return {
    name: "service",
    url,
    pids: replicas.map((replica) => replica.pid),
    programs: replicas,
    brokerPids: yield* pidsOf(servers),
    lastWords: lastWordsOfAll(replicas, servers)
  } satisfies Contender
})

/** The null service, ready to answer; with the service's bytes its events and answers are as long as the service's. */
export const startNullService = Effect.fnUntraced(function*(
  ground: Ground,
  { bytesOfTheService = false }: { readonly bytesOfTheService?: boolean } = {}
) {
  const { servers, url } = yield* startBrokers(ground)
  const program = yield* startMeasured({
    file: join(import.meta.dirname, "../nullService/main.ts"),
    env: {
      NATS_URL: url,
      STREAM_REPLICAS: String(servers.length),
      BYTES_OF_THE_SERVICE: String(bytesOfTheService)
    }
  })
  yield* program.logged("ready")
  return {
    name: bytesOfTheService ? "null service with our bytes" : "null service",
    url,
    pids: [program.pid],
    programs: [program],
    brokerPids: yield* pidsOf(servers),
    lastWords: lastWordsOfAll([program], servers)
  } satisfies Contender
})
