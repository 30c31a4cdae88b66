import { Effect } from "effect"
import { cpus, release, totalmem, type } from "node:os"
import type { Benchmark } from "./Benchmark.ts"
import type { Report } from "./Report.ts"
import type { Scale } from "./Scale.ts"

/** Runs benchmarks one after the other; `progress` hears of each before it begins. Fails when one cannot be measured. */
export const runBenchmarks = Effect.fnUntraced(function*(
  benchmarks: ReadonlyArray<Benchmark>,
  name: Report["scale"],
  scale: Scale,
  progress: (line: string) => void
) {
  const at = new Date().toISOString()
  const done = yield* Effect.forEach(benchmarks, (benchmark) =>
    Effect.gen(function*() {
      progress(`${benchmark.name}: ${benchmark.about} …`)
      const started = performance.now()
      const figures = yield* Effect.scoped(benchmark.run(scale))
      return { name: benchmark.name, about: benchmark.about, seconds: (performance.now() - started) / 1_000, figures }
    }))
  return { at, scale: name, machine: machine(), benchmarks: done } satisfies Report
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
