import { Effect } from "effect"
import { type Figure, median, type Target } from "../Figure.ts"
import type { Contender, Ground } from "../measured/Contender.ts"
import { startNullService, startService } from "../measured/Contender.ts"
import { drive, type Driven, type Wanted } from "../measured/drive.ts"

/** The service and the null service, each on a broker of its own, with the same organizations in both. */
export interface Pair {
  readonly service: Contender
  readonly nothing: Contender
}

/** Starts both, and founds organizations. */
export const startPair = Effect.fnUntraced(function*(ground: Ground, organizations: number) {
  const pair: Pair = { service: yield* startService(ground), nothing: yield* startNullService(ground) }
  for (const contender of [pair.nothing, pair.service]) yield* found(contender, organizations)
  return pair
})

/** Founds organizations, so that there is something to change. */
export const found = (contender: Contender, organizations: number) =>
  drive(contender, {
    commands: organizations,
    warmUp: 0,
    pace: { inFlight: 64 },
    kind: "create",
    organizations,
    spread: "uniform"
  })

/** Both under the same load, in turns; of each measured number the median. */
export const driveBoth = Effect.fnUntraced(function*(
  pair: Pair,
  load: Wanted,
  rounds: number,
  accepted: ReadonlyArray<string> = []
) {
  const nothing: Array<Driven> = []
  const service: Array<Driven> = []
  for (let round = 0; round < rounds; round++) {
    nothing.push(yield* drive(pair.nothing, load))
    service.push(yield* drive(pair.service, load, accepted))
  }
  return { nothing: middle(nothing), service: middle(service) }
})

/** Numbers of one load, each the median of several rounds. */
export type Middle = Record<"perSecond" | "cpuMicros" | "brokerCpuMicros" | "p50" | "p99" | "p999" | "refused", number>

export const middle = (all: ReadonlyArray<Driven>): Middle => {
  const of = (pick: (driven: Driven) => number | undefined) => median(all.map((driven) => pick(driven) ?? 0))
  return {
    perSecond: of((driven) => driven.perSecond),
    cpuMicros: of((driven) => driven.cpuMicros),
    brokerCpuMicros: of((driven) => driven.brokerCpuMicros),
    p50: of((driven) => driven.p50),
    p99: of((driven) => driven.p99),
    p999: of((driven) => driven.p999),
    refused: of(({ answers }) => {
      const all = Object.values(answers).reduce((sum, count) => sum + count, 0)
      return 1 - (answers["ok"] ?? 0) / all
    })
  }
}

/** A figure of the service beside the same one of the null service. */
export const beside = (
  name: string,
  unit: string,
  service: number,
  nothing: number,
  target?: Target
): Figure => ({
  name,
  value: service,
  unit,
  yardstick: { name: "null service", value: nothing },
  ...(target === undefined ? {} : { target })
})
