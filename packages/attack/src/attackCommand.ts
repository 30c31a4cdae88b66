import { Console, Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { attack, type AttackReport } from "./attack.ts"
import { Broken } from "./Broken.ts"
import { plantedFaults } from "./PlantedFault.ts"

const listed = 10

const describe = ({ evidence, figures, violations }: AttackReport): ReadonlyArray<string> => [
  `${figures.commands} commands: ${figures.settled} settled, ${figures.applied} applied, ${figures.unchanged} without change, ${figures.rejected} refused, ${figures.duplicates} answered as duplicates`,
  `${figures.retries} retries, ${figures.unanswered} questions without an answer`,
  `${figures.kills} kills, ${figures.pauses} pauses, ${figures.cuts} cuts, ${figures.restarts} restarts, ${figures.moves} moves of the leader, ${figures.isolations} isolated brokers, ${figures.outages} outages`,
  `longest write gap ${(figures.longestWriteGapMillis / 1_000).toFixed(1)} s`,
  `${figures.events} events of ${figures.organizations} organizations, ${figures.snapshots} snapshots`,
  ...violations.slice(0, listed).map(({ commandId, detail, kind, organizationId, sequence }) =>
    [
      `! ${kind}`,
      organizationId === undefined ? "" : ` organization ${organizationId}`,
      commandId === undefined ? "" : ` command ${commandId}`,
      sequence === undefined ? "" : ` sequence ${sequence}`,
      `: ${detail.slice(0, 600)}`
    ].join("")
  ),
  ...(violations.length > listed ? [`! and ${violations.length - listed} more`] : []),
  ...(evidence === undefined ? [] : [`evidence in ${evidence}`]),
  violations.length === 0 ? "verdict: clean, 0 violations" : `verdict: BROKEN, ${violations.length} violations`
]

const whole = (name: string, fallback: number, description: string) =>
  Flag.Int(name).pipe(Flag.withDescription(`${description}; ${fallback} by default`), Flag.withDefault(fallback))

/** `attack`: its flags, and what it prints. */
export const attackCommand = Command.make(
  "attack",
  {
    seed: whole("seed", 1, "Determines what is sent and what is broken, though not how processes race"),
    minutes: Flag.Finite("minutes").pipe(
      Flag.withDescription("How long faults happen, may be a fraction; 1 by default"),
      Flag.withDefault(1)
    ),
    writers: whole("writers", 12, "Requesters at a time"),
    organizations: whole("organizations", 200, "Organizations: three hot ones, the others cold"),
    keep: Flag.String("keep").pipe(
      Flag.withMetavar("DIR"),
      Flag.withDescription("Keep everything in this folder, whatever the verdict"),
      Flag.optional
    ),
    plant: Flag.Literals("plant", plantedFaults).pipe(
      Flag.withDescription("Give all replicas a fault, to see that it is found"),
      Flag.optional
    )
  },
  Effect.fnUntraced(function*({ keep, plant, ...options }) {
    yield* Console.log(`seed ${options.seed}, ${options.minutes} min, ${options.writers} writers`)
    const report = yield* attack({
      ...options,
      keep: Option.getOrUndefined(keep),
      plant: Option.getOrUndefined(plant),
      progress: (line) => void process.stdout.write(`${line}\n`)
    })
    yield* Effect.forEach(describe(report), (line) => Console.log(line), { discard: true })
    if (report.violations.length > 0) return yield* new Broken({ violations: report.violations.length })
  })
).pipe(Command.withDescription("Attack a real cluster with real replicas, then check the whole history"))
