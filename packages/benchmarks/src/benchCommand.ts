import { Cause, Console, Effect, Exit, Option, Result, Runtime, Schema } from "effect"
import { CliError, Command, Flag } from "effect/cli"
import { mkdir, readFile, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { BenchmarkFailed } from "./Benchmark.ts"
import { benchmarks } from "./benchmarks.ts"
import { renderReport } from "./renderReport.ts"
import { type Report, ReportJson } from "./Report.ts"
import { runBenchmarks } from "./runBenchmarks.ts"
import { full, quick } from "./Scale.ts"

/** 0 when everything was measured, whatever it was; 2 when that could not be done. */
export const teardown: Runtime.Teardown = (exit, done) => {
  if (Exit.isSuccess(exit)) return done(0)
  if (Cause.hasInterruptsOnly(exit.cause)) return done(130)
  const error = Cause.squash(exit.cause)
  // Its own words have been printed, with the help.
  if (CliError.isCliError(error)) return done(Runtime.getErrorExitCode(error) === 0 ? 0 : 2)
  process.stderr.write(`could not measure: ${error instanceof Error ? error.message : String(error)}\n`)
  return done(2)
}

const names = benchmarks.map(({ name }) => name)
const resultDefault = ".build/bench.json"
const baselineDefault = join(import.meta.dirname, "../baseline.json")

const chosen = (patterns: ReadonlyArray<string>) =>
  Effect.gen(function*() {
    for (const pattern of patterns) {
      if (!names.some((name) => name.includes(pattern))) {
        return yield* new BenchmarkFailed({
          detail: `no benchmark is called "${pattern}"; there are ${names.join(", ")}`
        })
      }
    }
    return benchmarks.filter(({ name }) => patterns.length === 0 || patterns.some((pattern) => name.includes(pattern)))
  })

const readBaseline = (path: string): Effect.Effect<Report, BenchmarkFailed> =>
  Effect.tryPromise(() => readFile(path, "utf8")).pipe(
    Effect.flatMap(Schema.decodeEffect(ReportJson)),
    Effect.mapError((error) => new BenchmarkFailed({ detail: `${path} is no report of a benchmark: ${error.message}` }))
  )

const writeReport = (path: string, report: Report) =>
  Effect.tryPromise({
    try: async () => {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, `${JSON.stringify(report, undefined, 2)}\n`)
    },
    catch: (error) => new BenchmarkFailed({ detail: `${path} cannot be written: ${String(error)}` })
  })

/** `bench`: its flags, and what it prints. */
export const benchCommand = Command.make(
  "bench",
  {
    quick: Flag.Boolean("quick").pipe(
      Flag.withDescription("Everything in two minutes, with less confidence"),
      Flag.withDefault(false)
    ),
    only: Flag.String("only").pipe(
      Flag.withMetavar("NAME"),
      Flag.withDescription(`Only benchmarks with this in their name, may be given several times: ${names.join(", ")}`),
      Flag.atLeast(0)
    ),
    json: Flag.String("json").pipe(
      Flag.withMetavar("FILE"),
      Flag.withDescription("Where the figures go as JSON"),
      Flag.withDefault(resultDefault)
    ),
    baseline: Flag.String("baseline").pipe(
      Flag.withMetavar("FILE"),
      Flag.withDescription("An earlier report to compare with; the one in the repository by default"),
      Flag.optional
    )
  },
  Effect.fnUntraced(function*(options) {
    const wanted = yield* chosen(options.only)
    const known = yield* Option.match(options.baseline, {
      onNone: () => Effect.map(Effect.result(readBaseline(baselineDefault)), Result.getOrUndefined),
      onSome: readBaseline
    })
    const [name, scale] = options.quick ? ["quick", quick] as const : ["full", full] as const
    const { failures, report } = yield* runBenchmarks(
      wanted,
      name,
      scale,
      (line) => void process.stderr.write(`${line}\n`)
    )
    yield* writeReport(options.json, report)
    yield* Console.log(renderReport(report, known))
    yield* Console.log(`\nfigures as JSON: ${options.json}`)
    if (failures.length > 0) {
      return yield* new BenchmarkFailed({ detail: failures.map(({ detail }) => detail.split("\n")[0]).join("; ") })
    }
  })
).pipe(Command.withDescription("Measure the service beside a bare publisher and a service that does nothing"))
