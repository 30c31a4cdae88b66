import { uuidV7 } from "@cim-domain/commands/testing/uuidV7"
import { SnapshotStore } from "@cim-domain/event-sourcing/SnapshotStore"
import { check } from "@cim-domain/simulation/check/check"
import type { History, SentCommand } from "@cim-domain/simulation/check/History"
import { organizationOf } from "@cim-domain/simulation/check/Replayed"
import type { Violation } from "@cim-domain/simulation/check/Violation"
import { replayStates } from "@cim-domain/simulation/replay/replayStates"
import { composeCommand } from "@cim-domain/simulation/requests/composeCommand"
import { makeOrganizations, type Organizations } from "@cim-domain/simulation/requests/Organizations"
import { makeRandomness } from "@cim-domain/simulation/time/Randomness"
import { patiently } from "@cim-domain/testbed/eventually"
import { Cause, Context, Effect, Fiber, Layer, Option, Result } from "effect"
import { type AttackedSystem, eventStreamName, makeAttackedSystem } from "./AttackedSystem.ts"
import { type Evidence, openEvidence } from "./Evidence.ts"
import { type Figures, figuresOf } from "./Figures.ts"
import { type Blow, nemesis } from "./nemesis.ts"
import type { PlantedFault } from "./PlantedFault.ts"
import { runWriter, settle } from "./runWriter.ts"
import { awaitCurrent, readStream } from "./StreamLeader.ts"

/** How to attack. */
export interface AttackOptions {
  readonly seed: number
  /** How long faults happen; starting, healing and checking come on top. */
  readonly minutes: number
  readonly writers: number
  readonly organizations: number
  /** Where to keep the evidence whatever the verdict is. */
  readonly keep: string | undefined
  readonly plant: PlantedFault | undefined
  /** Told how it goes, every few seconds. */
  readonly progress: (line: string) => void
}

/** What came of it. */
export interface AttackReport {
  readonly figures: Figures
  readonly violations: ReadonlyArray<Violation>
  /** The folder of the evidence, when it was kept. */
  readonly evidence: string | undefined
}

const progressMillis = 5_000

/** Attacks a system of its own, heals it, and checks everything that was said and stored. */
export const attack = Effect.fn("attack")(function*(options: AttackOptions) {
  const commands: Array<SentCommand> = []
  const evidence = yield* Effect.acquireRelease(
    Effect.promise(() => openEvidence(options.keep)),
    ({ discard, folder }, exit) =>
      Effect.sync(() => {
        if (exit._tag === "Success") return
        const isOfInterest = commands.length > 0 && !Cause.hasInterruptsOnly(exit.cause)
        if (options.keep === undefined && !isOfInterest) discard()
        else options.progress(`what there is of evidence is in ${folder}`)
      })
  )
  const blows: Array<Blow> = []
  const history = yield* Effect.scoped(
    Effect.flatMap(
      makeAttackedSystem(evidence.folder, options.plant),
      (system) => Effect.ensuring(fight(options, system, commands, blows), saveLogs(system, evidence))
    )
  )
  const violations = check(history, replayStates)
  const figures = figuresOf(history, blows)
  if (violations.length === 0 && options.keep === undefined) {
    evidence.discard()
    return { figures, violations, evidence: undefined } satisfies AttackReport
  }
  yield* Effect.promise(async () => {
    await evidence.save("commands.jsonl", history.commands)
    await evidence.save("stream.jsonl", history.stream ?? [])
    await evidence.save("snapshots.jsonl", history.snapshots)
    await evidence.save("blows.jsonl", blows)
    await evidence.save("violations.jsonl", violations)
    await evidence.save("report.jsonl", [{ ...options, figures, deaths: history.deaths }])
  })
  return { figures, violations, evidence: evidence.folder } satisfies AttackReport
}, Effect.scoped)

const fight = Effect.fnUntraced(function*(
  options: AttackOptions,
  system: AttackedSystem,
  commands: Array<SentCommand>,
  blows: Array<Blow>
) {
  const randomness = (purpose: string) => makeRandomness(options.seed, purpose)
  const organizations = makeOrganizations(randomness("organizations"), options.organizations)
  const { requesters } = system
  let goesOn = true
  const writing = { requesters, organizations, commands, goesOn: () => goesOn }
  const startedAt = performance.now()
  const seconds = () => `${Math.round((performance.now() - startedAt) / 1_000)} s`.padStart(6)
  const report = Effect.sync(() => {
    const unsettled = commands.filter((command) => !command.settled).length
    const last = blows.at(-1)
    options.progress(
      `${seconds()}  ${commands.length} commands, ${unsettled} unsettled, ${blows.length} blows${
        last === undefined ? "" : `, last: ${last.kind} ${last.victim}`
      }`
    )
  })

  const writers = yield* Effect.forkChild(Effect.forEach(
    Array.from({ length: options.writers }, (_, index) => index),
    (index) => runWriter(writing, index, randomness(`writer ${index}`)),
    { concurrency: "unbounded", discard: true }
  ))
  const reporting = yield* Effect.forkChild(Effect.forever(Effect.andThen(Effect.sleep(progressMillis), report)))
  const faults = yield* Effect.forkChild(nemesis(system, blows, randomness))
  yield* Effect.sleep(options.minutes * 60_000)

  // What the nemesis has broken is whole again when its interruption is through.
  yield* Fiber.interrupt(faults)
  options.progress(`${seconds()}  healed`)
  goesOn = false
  yield* Fiber.join(writers)
  yield* Fiber.interrupt(reporting)
  const failings = [
    ...(yield* Effect.forEach(system.replicas, awaitReady, { concurrency: "unbounded" })).flat(),
    ...(yield* probe(system, organizations, commands, options.seed))
  ]
  // Once every replica has ended nobody can append any more.
  yield* Effect.forEach(system.replicas, (replica) => replica.stop, { concurrency: "unbounded", discard: true })
  const read = yield* Effect.result(readEverything(system))
  options.progress(`${seconds()}  checking`)
  const deaths = system.replicas.flatMap((replica) => replica.deaths)
  // What a blow does to whom, and for how long it lasts, nobody knows here.
  const disturbances = null
  const clocks = { origin: performance.timeOrigin, skew: 1_000 }
  const outages = blows.flatMap(({ kind, lasted }) => kind === "outage" && lasted !== null ? [lasted] : [])
  return Result.isSuccess(read)
    ? { commands, deaths, outages, clocks, disturbances, unrecovered: failings, ...read.success } satisfies History
    : {
      commands,
      deaths,
      outages,
      clocks,
      disturbances,
      unrecovered: [...failings, read.failure.message],
      stream: null,
      snapshots: []
    } satisfies History
})

/** Stream and snapshots, once all brokers have the same. */
const readEverything = Effect.fnUntraced(function*(system: AttackedSystem) {
  const socket = system.sockets[0]!
  yield* awaitCurrent(socket, eventStreamName)
  const stream = yield* readStream(socket, eventStreamName)
  const snapshots = yield* readSnapshots(system, [...new Set(stream.map(organizationOf))])
  return { stream, snapshots }
})

const awaitReady = ({ name, ready }: AttackedSystem["replicas"][number]): Effect.Effect<ReadonlyArray<string>> =>
  Effect.timeoutOrElse(Effect.as(ready, []), {
    duration: "60 seconds",
    orElse: () => Effect.succeed([`${name} was not ready a minute after everything had been healed`])
  })

/** After healing the service must work, without help. */
const probe = Effect.fnUntraced(function*(
  { requesters }: AttackedSystem,
  organizations: Organizations,
  commands: Array<SentCommand>,
  seed: number
) {
  const random = makeRandomness(seed, "probe")
  const id = uuidV7(Date.UTC(2026, 6, 1), random.bytes(10))
  const command = composeCommand("CreateOrganization", id, id, { name: "Probe", organization_type: "LLC" })
  const settled = yield* settle({ requesters, organizations, commands }, -1, command, random)
  return settled ? [] : ["no command was settled within 30 s after everything had been healed"]
})

const readSnapshots = (system: AttackedSystem, organizationIds: ReadonlyArray<string>) =>
  Effect.scoped(Effect.gen(function*() {
    const store = Context.get(yield* Layer.build(system.snapshots), SnapshotStore)
    // A broker that has just come back may need a moment more for this stream than for the other.
    const latest = (id: string) =>
      Effect.retry(store.latest(id), { while: ({ isRetryable }) => isRetryable, schedule: patiently("60 seconds") })
    const found = yield* Effect.forEach(organizationIds, latest, { concurrency: 32 })
    return found.flatMap(Option.toArray)
  }))

const saveLogs = ({ brokers }: AttackedSystem, evidence: Evidence) =>
  Effect.forEach(
    brokers,
    (broker, index) =>
      Effect.flatMap(broker.log, (text) => Effect.promise(() => evidence.saveText(`broker-${index + 1}.log`, text))),
    {
      discard: true
    }
  )
