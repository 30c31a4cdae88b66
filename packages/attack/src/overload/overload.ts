import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { eventuallySeen } from "@cim-domain/testbed/eventually"
import { replicaBundle } from "@cim-domain/testbed/programBundle"
import { Effect, Fiber } from "effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { openEvidence } from "../Evidence.ts"
import { type ReplicaProcess, startReplicaProcess } from "../ReplicaProcess.ts"
import { type LoadOptions, type LoadProcess, type LoadReport, startLoadProcess } from "./Load.ts"
import { watchMemory } from "./Memory.ts"

/** How to overload. */
export interface OverloadOptions {
  /** How long more is asked than can be served; measuring, recovery and the slow broker come on top. */
  readonly seconds: number
  /** How many times what was measured to be served. */
  readonly times: number
  readonly maxInFlight: number
  /** Told what comes next. */
  readonly progress: (line: string) => void
}

/** What came of it. */
export interface OverloadReport {
  /** Commands a second that are served when no more are sent than are answered. */
  readonly capacity: number
  readonly overload: LoadReport
  /** The same load as for `capacity`, afterwards. */
  readonly afterwards: LoadReport
  /** The same once more, while the broker stands still half of the time. */
  readonly slowBroker: LoadReport
  /** Resident memory of the replica in MiB, twice a second, from the beginning to the end of the overload. */
  readonly memory: ReadonlyArray<number>
  /** Memory at the end of the slow broker. */
  readonly memoryAtEnd: number
  /** Whether the replica ended other than by being told to. */
  readonly deaths: ReadonlyArray<string>
}

/** Requesters at a time that are served side by side, well below the bound. */
const requestersInFlight = 64

/** Organizations that the commands go to, and that the replica remembers. */
const organizations = 256

/** The broker runs so long, then stands still so long. */
const slowBrokerMillis = 150

/** One broker, one replica (the file that is deployed), and requesters, each in a process of its own. */
export const overload = Effect.fn("overload")(function*(options: OverloadOptions) {
  const evidence = yield* Effect.acquireRelease(
    Effect.promise(() => openEvidence(undefined)),
    ({ discard }) => Effect.sync(discard)
  )
  const log = join(evidence.folder, "replica.log")
  const broker = yield* NatsServer.server()
  const env = {
    NATS_URL: broker.url,
    MAX_IN_FLIGHT: String(options.maxInFlight),
    CACHE_CAPACITY: String(organizations)
  }
  const replica = yield* startReplicaProcess({ name: "replica", file: yield* replicaBundle, log, env })
  yield* replica.ready
  const load = yield* startLoadProcess(broker.url)
  const seconds = Math.max(1, Math.min(10, options.seconds / 6))
  const measure = measured(options, load)
  const steady: LoadOptions = { organizations, seconds, pace: { _tag: "AtOnce", inFlight: requestersInFlight } }

  const { told } = yield* measure("what can be served", steady)
  const capacity = told.ok / seconds
  const memory = yield* watchMemory(replica.pid)
  const overloaded = yield* measure(`${options.times} times ${Math.round(capacity)} commands a second`, {
    organizations,
    seconds: options.seconds,
    pace: { _tag: "Rate", perSecond: capacity * options.times }
  })
  const during = [...memory.samples]
  yield* awaitOverloadOver(log)
  const afterwards = yield* measure("as in the beginning", steady)
  const slow = yield* Effect.forkChild(slowDown(broker))
  const slowBroker = yield* measure("a slow broker", steady)
  yield* Fiber.interrupt(slow)
  const memoryAtEnd = memory.samples.at(-1) ?? 0
  yield* replica.stop
  return {
    capacity,
    overload: overloaded,
    afterwards,
    slowBroker,
    memory: during,
    memoryAtEnd,
    deaths: replica.deaths
  } satisfies OverloadReport
}, Effect.scoped)

/** Runs a stretch of load, and tells what came of it. */
export const measured =
  ({ progress }: Pick<OverloadOptions, "progress">, { run }: LoadProcess) => (what: string, load: LoadOptions) =>
    Effect.andThen(
      Effect.sync(() => progress(`${what}, ${Math.round(load.seconds)} s`)),
      Effect.tap(run(load), ({ seconds, told: { okMillis, otherMillis, ...counts } }) =>
        Effect.sync(() => {
          const list = Object.entries(counts).filter(([, count]) => count > 0).map(([name, count]) =>
            `${count} ${name}`
          )
          progress(`  ${list.join(", ")} in ${seconds.toFixed(1)} s`)
          progress(
            `  ok after ${okMillis.p50} ms (p99 ${okMillis.p99}), others after ${otherMillis.p50} ms (p99 ${otherMillis.p99})`
          )
        }))
    )

/** The replica says itself when it has caught up. */
const awaitOverloadOver = (log: string) =>
  eventuallySeen(
    "the overload is over",
    Effect.sync(() => readFileSync(log, "utf8")),
    (text) => text.lastIndexOf("\"no longer overloaded") >= text.lastIndexOf("\"overloaded:"),
    "60 seconds"
  )

const slowDown = (broker: Pick<ReplicaProcess, "pause" | "resume">) =>
  Effect.forever(
    Effect.acquireUseRelease(broker.pause, () => Effect.sleep(slowBrokerMillis), () => broker.resume).pipe(
      Effect.andThen(Effect.sleep(slowBrokerMillis))
    )
  )
