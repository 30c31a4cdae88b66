import type { Program } from "@cim-domain/testbed/Program"
import { Effect } from "effect"
import { join } from "node:path"
import { BenchmarkFailed } from "../Benchmark.ts"
import type { Load, LoadResult } from "../load/Load.ts"
import type { Contender } from "./Contender.ts"
import { type ProcessUsage, usageOfAll } from "./ProcessUsage.ts"
import { startMeasured } from "./startMeasured.ts"

/** What a load did to a contender. */
export interface Driven extends LoadResult {
  readonly perSecond: number
  /** Processor time for one command; `undefined` where the system does not tell. */
  readonly cpuMicros: number | undefined
  readonly brokerCpuMicros: number | undefined
}

let series = 0

/** A load without where it goes. */
export type Wanted = Omit<Load, "url" | "series">

/**
 * Puts a load on a contender from a process of its own. Fails when commands are answered by anything but success or one of
 * the `accepted` failures: then something else was measured than what was meant, and the contender's last words tell why.
 */
export const drive = Effect.fnUntraced(function*(
  contender: Contender,
  wanted: Wanted,
  accepted: ReadonlyArray<string> = []
) {
  const load: Load = { ...wanted, url: contender.url, series: series++ }
  const generator = yield* startMeasured({
    file: join(import.meta.dirname, "../load/main.ts"),
    args: [JSON.stringify(load)]
  })
  yield* generator.logged("ready")
  const measured = yield* measureProgram(generator, contender.pids, contender.brokerPids)
  const result = measured.result as unknown as LoadResult
  const wrong = Object.entries(result.answers).filter(([code]) => code !== "ok" && !accepted.includes(code))
  if (wrong.length > 0) {
    const detail = wrong.map(([code, count]) => `${count} of ${load.commands} commands were answered ${code}`).join(
      "; "
    )
    return yield* new BenchmarkFailed({ detail: `${contender.name}: ${detail}\n${yield* contender.lastWords}` })
  }
  const perCommand = (micros: number | undefined) => micros === undefined ? undefined : micros / load.commands
  return {
    ...result,
    perSecond: load.commands / result.seconds,
    cpuMicros: perCommand(measured.cpuMicros),
    brokerCpuMicros: perCommand(measured.others)
  } satisfies Driven
}, Effect.scoped)

/** Tells a program that is ready to begin, and gives its result with what processes used meanwhile. */
export const measureProgram = (
  program: Program,
  pids: ReadonlyArray<number>,
  otherPids: ReadonlyArray<number>
) =>
  Effect.gen(function*() {
    const [before, othersBefore] = [usageOfAll(pids), usageOfAll(otherPids)]
    yield* program.tell("go")
    const result = yield* program.logged("result")
    return {
      result,
      cpuMicros: difference(before, usageOfAll(pids)),
      others: difference(othersBefore, usageOfAll(otherPids))
    }
  })

const difference = (before: ProcessUsage | undefined, after: ProcessUsage | undefined) =>
  before === undefined || after === undefined ? undefined : after.cpuMicros - before.cpuMicros
