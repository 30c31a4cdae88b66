import { Console, Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { Broken } from "../Broken.ts"
import { judge } from "./judge.ts"
import { overload } from "./Overload.ts"

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
    )
  },
  Effect.fnUntraced(function*(options) {
    const report = yield* overload({ ...options, progress: (line) => void process.stdout.write(`${line}\n`) })
    const { capacity, memory, overload: { seconds, told } } = report
    yield* Console.log(
      `asked for ${(told.sent / seconds / capacity).toFixed(1)} times what can be served; memory of the replica ${
        Math.min(...memory)
      } to ${Math.max(...memory)} MiB, in the end ${report.memoryAtEnd} MiB`
    )
    const problems = judge(report)
    yield* Effect.forEach(problems, (problem) => Console.log(`! ${problem}`), { discard: true })
    yield* Console.log(problems.length === 0 ? "verdict: bounded" : `verdict: NOT BOUNDED, ${problems.length} problems`)
    if (problems.length > 0) return yield* new Broken({ violations: problems.length })
  })
).pipe(Command.withDescription("Ask a replica for many times what it can serve, and watch its memory and its answers"))
