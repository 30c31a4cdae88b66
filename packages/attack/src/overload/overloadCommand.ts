import { Console, Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { Broken } from "../Broken.ts"
import { fatJudge, residentMax } from "./fatJudge.ts"
import { type FatMode, fatModes, fatOverload, heapMax } from "./fatOverload.ts"
import { judge } from "./judge.ts"
import { overload } from "./overload.ts"

const progress = (line: string) => void process.stdout.write(`${line}\n`)

const pronounce = Effect.fnUntraced(function*(problems: ReadonlyArray<string>) {
  yield* Effect.forEach(problems, (problem) => Console.log(`! ${problem}`), { discard: true })
  yield* Console.log(problems.length === 0 ? "verdict: bounded" : `verdict: NOT BOUNDED, ${problems.length} problems`)
  if (problems.length > 0) return yield* new Broken({ violations: problems.length })
})

const overloadFat = Effect.fnUntraced(function*(mode: FatMode, seconds: number) {
  const report = yield* fatOverload({ fat: fatModes[mode], seconds, progress })
  yield* Console.log(
    `the replica took at most ${report.residentPeak} of ${residentMax} MiB, its heap ${report.heapPeak} of ${heapMax} MiB`
  )
  yield* pronounce(fatJudge(report))
})

/** `overload`: its flags, and what it prints. */
export const overloadCommand = Command.make(
  "overload",
  {
    seconds: Flag.Finite("seconds").pipe(
      Flag.withDescription("How long more is asked than can be served; 60 by default"),
      Flag.withDefault(60)
    ),
    times: Flag.Finite("times").pipe(
      Flag.withDescription("How many times what can be served; 10 by default"),
      Flag.withDefault(10)
    ),
    maxInFlight: Flag.Int("max-in-flight").pipe(
      Flag.withDescription("MAX_IN_FLIGHT of the replica; 256 by default"),
      Flag.withDefault(256)
    ),
    fat: Flag.Literals("fat", ["few", "many", "growing"]).pipe(
      Flag.withDescription(
        "Overload with large organizations instead, in a heap as in the container: a few as large as may be, many, or one that grows"
      ),
      Flag.optional
    )
  },
  Effect.fnUntraced(function*({ fat, ...options }) {
    if (Option.isSome(fat)) return yield* overloadFat(fat.value, options.seconds)
    const report = yield* overload({ ...options, progress })
    const { capacity, memory, overload: { seconds, told } } = report
    yield* Console.log(
      `asked for ${(told.sent / seconds / capacity).toFixed(1)} times what can be served; memory of the replica ${
        Math.min(...memory)
      } to ${Math.max(...memory)} MiB, in the end ${report.memoryAtEnd} MiB`
    )
    yield* pronounce(judge(report))
  })
).pipe(Command.withDescription("Ask a replica for many times what it can serve, and watch its memory and its answers"))
