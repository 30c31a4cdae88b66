import { Effect } from "effect"
import { join } from "node:path"
import type { Benchmark } from "../Benchmark.ts"
import type { Figure } from "../Figure.ts"
import { startProgram } from "../measured/startProgram.ts"

/** The domain alone. */
export const replay: Benchmark = {
  name: "replay",
  about: "a very large organization in process: replay, snapshot, single commands",
  run: Effect.fnUntraced(function*(scale) {
    const program = yield* startProgram({
      file: join(import.meta.dirname, "../replay/main.ts"),
      args: [String(scale.largeEvents), String(scale.largeUnits)]
    })
    const { figures } = yield* program.said("result")
    return figures as ReadonlyArray<Figure>
  })
}
