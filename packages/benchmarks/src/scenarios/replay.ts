import { Effect } from "effect"
import { join } from "node:path"
import type { Benchmark } from "../Benchmark.ts"
import type { Figure } from "../Figure.ts"
import { startMeasured } from "../measured/startMeasured.ts"

/** The domain alone. */
export const replay: Benchmark = {
  name: "replay",
  about: "a very large organization in process: replay, snapshot, single commands",
  run: Effect.fnUntraced(function*(scale) {
    const program = yield* startMeasured({
      file: join(import.meta.dirname, "../replay/main.ts"),
      args: [String(scale.largeEvents), String(scale.largeUnits)]
    })
    const { figures } = yield* program.logged("result")
    return figures as ReadonlyArray<Figure>
  })
}
