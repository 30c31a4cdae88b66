import type { ProgramFailed } from "@cim-domain/testbed/Program"
import { Effect, type Scope } from "effect"
import { join } from "node:path"
import type { BenchmarkFailed } from "../Benchmark.ts"
import { type Ground, startService } from "../measured/Contender.ts"
import { drive } from "../measured/drive.ts"
import type { Seen } from "../measured/Seen.ts"
import type { Scale } from "../Scale.ts"
import { found } from "./Pair.ts"

const introspect = join(import.meta.dirname, "../introspect/main.ts")

/** One replica under updates, 64 in flight, watched from within once its code is compiled. Gives what was seen of so many commands. */
export const watched = Effect.fnUntraced(function*(
  scale: Scale,
  how: "watch" | "profile",
  ground: Ground = {}
): Effect.fn.Return<{ readonly seen: Seen; readonly commands: number }, BenchmarkFailed | ProgramFailed, Scope.Scope> {
  const service = yield* startService({ ...ground, nodeArgs: ["--import", introspect] })
  const [program] = service.programs
  yield* found(service, scale.some)
  const load = { pace: { inFlight: 64 }, kind: "update", organizations: scale.some, spread: "uniform" } as const
  yield* drive(service, { ...load, commands: scale.settled, warmUp: 0 })
  yield* program!.tell(how)
  yield* drive(service, { ...load, commands: scale.commands, warmUp: 0 })
  yield* program!.tell("tell")
  const seen = yield* program!.logged("seen")
  return { seen: seen as unknown as Seen, commands: scale.commands }
})
