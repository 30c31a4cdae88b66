import { Duration, Effect } from "effect"
import { cpus, release, totalmem, type } from "node:os"
import { type Benchmark, BenchmarkFailed } from "./Benchmark.ts"
import type { Report } from "./Report.ts"
import type { Scale } from "./Scale.ts"

/**
 * Runs benchmarks one after the other; `progress` hears of each before it begins. One that cannot be measured is among
 * the failures, and the others go on.
 */
export const runBenchmarks = Effect.fnUntraced(function*(
  benchmarks: ReadonlyArray<Benchmark>,
  name: Report["scale"],
  scale: Scale,
  progress: (line: string) => void
) {
  const at = new Date().toISOString()
  const [done, failures] = yield* Effect.partition(benchmarks, (benchmark) =>
    Effect.gen(function*() {
      progress(`${benchmark.name}: ${benchmark.about} …`)
      const [took, figures] = yield* Effect.timed(Effect.scoped(benchmark.run(scale))).pipe(
        Effect.mapError(({ detail }) => new BenchmarkFailed({ detail: `${benchmark.name}: ${detail}` })),
        Effect.tapError(({ detail }) => Effect.sync(() => progress(`could not be measured: ${detail}`)))
      )
      return { name: benchmark.name, about: benchmark.about, seconds: Duration.toSeconds(took), figures }
    }))
  return { report: { at, scale: name, machine: machine(), benchmarks: done } satisfies Report, failures }
})

const machine = (): Report["machine"] => {
  const cores = cpus()
  return {
    processor: cores[0]?.model.trim() ?? "unknown processor",
    cores: cores.length,
    memoryGigabytes: Math.round(totalmem() / 1024 ** 3),
    system: `${type()} ${release().replace(/-.*/, "")}`,
    node: process.version.slice(1)
  }
}
