import { NatsConnection, parseNatsUrl } from "@cim-domain/nats"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { replicaBundle } from "@cim-domain/testbed/programBundle"
import { Effect, Result } from "effect"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { openEvidence } from "../Evidence.ts"
import { startReplicaProcess } from "../ReplicaProcess.ts"
import { type FatOrganizations, type LoadOptions, type LoadReport, startLoadProcess } from "./Load.ts"
import { watchMemory } from "./Memory.ts"
import { measured, type OverloadOptions } from "./overload.ts"

/** What the container image gives the heap of Node for its 512 MB, in MiB. */
export const heapMax = 320

/** As the container image sets it (`nix/guest.nix`). */
const containerEnv = { NODE_OPTIONS: `--max-old-space-size=${heapMax}`, MALLOC_ARENA_MAX: "1" }

const mebibyte = 1024 * 1024

/**
 * Which organizations are large: a few, as large as they may be; many, each of a size that a replica keeps several of; or one
 * that grows until it may not grow any more.
 */
export const fatModes = {
  few: { count: 6, bytes: Number.MAX_SAFE_INTEGER },
  many: { count: 60, bytes: 3 * mebibyte },
  growing: { count: 1, bytes: Number.MAX_SAFE_INTEGER }
} as const satisfies Readonly<Record<string, FatOrganizations>>

/** See {@link fatModes}. */
export type FatMode = keyof typeof fatModes

/** How to overload with large organizations. */
export interface FatOverloadOptions extends Pick<OverloadOptions, "progress"> {
  /** How long commands are sent in all; making the organizations comes on top. */
  readonly seconds: number
  readonly fat: FatOrganizations
}

/** What came of it. */
export interface FatOverloadReport {
  /** As fast as they are answered; far too many at a time; after an end, from snapshots; after another one, from events alone. */
  readonly stretches: Readonly<Record<"steady" | "overload" | "fromSnapshots" | "fromEvents", LoadReport>>
  /** The most that the replica took, in MiB. */
  readonly residentPeak: number
  /** The most that was in use of its heap, in MiB. */
  readonly heapPeak: number
  /** Whether the replica ended other than by being told to. */
  readonly deaths: ReadonlyArray<string>
}

/** Small organizations beside the large ones. */
const organizations = 64

/** One broker, one replica with the heap that a container gives it, and requesters, each in a process of its own. */
export const fatOverload = Effect.fn("fatOverload")(function*({ fat, progress, seconds }: FatOverloadOptions) {
  const evidence = yield* Effect.acquireRelease(
    Effect.promise(() => openEvidence(undefined)),
    ({ discard }) => Effect.sync(discard)
  )
  const [log, probe, heap] = ["replica.log", "heapProbe.mjs", "heap"]
    .map((name) => join(evidence.folder, name)) as [string, string, string]
  writeFileSync(probe, heapProbe(heap))
  writeFileSync(heap, "")
  const broker = yield* NatsServer.server()
  const env = {
    NATS_URL: broker.url,
    ...containerEnv,
    NODE_OPTIONS: `${containerEnv.NODE_OPTIONS} --import=${pathToFileURL(probe).href}`
  }
  const replica = yield* startReplicaProcess({ name: "replica", file: yield* replicaBundle, log, env })
  yield* replica.ready
  const memory = yield* watchMemory(replica.pid)
  const load = yield* startLoadProcess(broker.url)
  const measure = measured({ progress }, load)
  const stretch = (share: number, inFlight: number): LoadOptions => ({
    organizations,
    fat,
    seconds: seconds * share,
    pace: { _tag: "AtOnce", inFlight }
  })
  const again = Effect.andThen(replica.kill, Effect.andThen(replica.start, replica.ready))

  const steady = yield* measure("large organizations", stretch(0.25, 16))
  const overload = yield* measure("far more than can be served", stretch(0.35, 1_024))
  yield* again
  const fromSnapshots = yield* measure("a replica that begins with snapshots", stretch(0.2, 64))
  yield* replica.kill
  yield* purgeSnapshots(broker.url)
  yield* Effect.andThen(replica.start, replica.ready)
  const fromEvents = yield* measure("a replica that begins with events alone", stretch(0.2, 64))
  yield* replica.stop
  return {
    stretches: { steady, overload, fromSnapshots, fromEvents },
    residentPeak: Math.max(...memory.samples),
    heapPeak: Math.max(...readFileSync(heap, "utf8").trim().split("\n").map(Number)),
    deaths: replica.deaths
  } satisfies FatOverloadReport
}, Effect.scoped)

/** Code that writes down how much of the heap is in use, for the process that loads it. */
const heapProbe = (file: string) =>
  `import { appendFileSync } from "node:fs"
const look = () => appendFileSync(${
    JSON.stringify(file)
  }, Math.round(process.memoryUsage().heapUsed / ${mebibyte}) + "\\n")
setInterval(look, 100).unref()
`

const purgeSnapshots = (url: string) =>
  Effect.flatMap(
    NatsConnection,
    ({ main }) => main.request("$JS.API.STREAM.PURGE.ORGANIZATION_SNAPSHOTS", "", { timeoutMillis: 10_000 })
  ).pipe(
    Effect.provide(NatsConnection.layer({ url: Result.getOrThrow(parseNatsUrl(url)), name: "purge" })),
    Effect.orDie
  )
