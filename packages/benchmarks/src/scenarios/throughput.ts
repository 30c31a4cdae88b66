import { Effect } from "effect"
import type { Benchmark } from "../Benchmark.ts"
import type { Figure, Target } from "../Figure.ts"
import { startNullService } from "../measured/Contender.ts"
import { drive, type Wanted } from "../measured/drive.ts"
import type { Scale } from "../Scale.ts"
import { beside, driveBoth, found, middle, type Pair, startPair } from "./Pair.ts"

/** Commands in flight at a time. */
const widths = [1, 16, 64, 256]

/** Of the throughput and of the processor time, by commands in flight. */
const targets: Readonly<Record<number, readonly [throughput: Target | undefined, processor: Target]>> = {
  64: [{ of: "ratio", atLeast: 0.9 }, { of: "ratio", atMost: 1.15 }],
  256: [undefined, { of: "ratio", atMost: 1 }]
}

const updates = (scale: Scale, inFlight: number, commands: number, warmUp: number): Wanted => ({
  commands: inFlight === 1 ? commands / 4 : commands,
  warmUp: inFlight === 1 ? warmUp / 4 : warmUp,
  pace: { inFlight },
  kind: "update",
  organizations: scale.some,
  spread: "uniform"
})

/** The first commands of a process, whose code is being compiled: each round has contenders of its own. */
const early = Effect.fnUntraced(function*(scale: Scale) {
  const load = updates(scale, 64, scale.commands / 2, scale.warmUp / 2)
  const rounds = yield* Effect.replicateEffect(
    Effect.scoped(Effect.flatMap(startPair({}, scale.some), (pair) => driveBoth(pair, load, 1))),
    scale.rounds
  )
  const cpu = (pick: "nothing" | "service") => rounds.map((round) => round[pick].cpuMicros).toSorted((a, b) => a - b)
  const half = rounds.length >> 1
  return beside(
    "updates, 64 in flight, the first commands: processor",
    "µs/command",
    cpu("service")[half]!,
    cpu("nothing")[half]!,
    { of: "ratio", atMost: 1.4 }
  )
})

/** What bytes cost: the null service, with events and answers that are as long as ours. */
const bytes = Effect.fnUntraced(function*(scale: Scale, pair: Pair) {
  const speaking = yield* startNullService({}, { bytesOfTheService: true })
  yield* found(speaking, scale.some)
  const load = updates(scale, 64, scale.commands, scale.warmUp)
  const rounds = yield* Effect.replicateEffect(
    Effect.all([drive(pair.nothing, load), drive(speaking, load)]),
    scale.rounds
  )
  const [nothing, long] = [middle(rounds.map(([plain]) => plain)), middle(rounds.map(([, speaks]) => speaks))]
  return [
    beside("null service with our bytes", "commands/s", long.perSecond, nothing.perSecond),
    beside("null service with our bytes: processor", "µs/command", long.cpuMicros, nothing.cpuMicros)
  ]
})

/** Updates in closed loop, one replica and one broker. */
export const throughput: Benchmark = {
  name: "throughput",
  about: "updates of 1 000 organizations, 1 to 256 in flight",
  run: Effect.fnUntraced(function*(scale) {
    const figures: Array<Figure> = [yield* early(scale)]
    const pair = yield* startPair({}, scale.some)
    yield* driveBoth(pair, updates(scale, 64, scale.settled, 0), 1)
    for (const inFlight of widths) {
      const { nothing, service } = yield* driveBoth(
        pair,
        updates(scale, inFlight, scale.commands, scale.warmUp),
        scale.rounds
      )
      const [throughput, processor] = targets[inFlight] ?? []
      const name = `updates, ${inFlight} in flight`
      figures.push(
        beside(name, "commands/s", service.perSecond, nothing.perSecond, throughput),
        beside(`${name}: processor`, "µs/command", service.cpuMicros, nothing.cpuMicros, processor)
      )
      if (inFlight !== 64) continue
      figures.push(
        beside(`${name}: broker's processor`, "µs/command", service.brokerCpuMicros, nothing.brokerCpuMicros),
        beside(`${name}: p99`, "µs", service.p99, nothing.p99)
      )
    }
    return [...figures, ...yield* bytes(scale, pair)]
  })
}
