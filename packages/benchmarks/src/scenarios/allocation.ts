import { Effect } from "effect"
import type { Benchmark } from "../Benchmark.ts"
import type { Figure } from "../Figure.ts"
import { watched } from "./watched.ts"

/** What a command leaves to the garbage collector. */
export const allocation: Benchmark = {
  name: "allocation",
  about: "what one update allocates, and how much of it survives a scavenge; 64 in flight",
  run: Effect.fnUntraced(function*(scale) {
    const { commands, seen: { allocatedBytes, survivedBytes, youngBytes } } = yield* watched(scale, "watch")
    const figures: ReadonlyArray<Figure> = [
      {
        name: "allocated",
        value: allocatedBytes / commands / 1024,
        unit: "KB/command",
        target: { of: "value", atMost: 20 }
      },
      { name: "survivors of a scavenge", value: survivedBytes / Math.max(1, youngBytes) * 100, unit: "%" }
    ]
    return figures
  })
}
