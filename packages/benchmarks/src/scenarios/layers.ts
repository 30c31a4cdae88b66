import { Effect } from "effect"
import type { Benchmark } from "../Benchmark.ts"
import type { Figure } from "../Figure.ts"
import { watched } from "./watched.ts"

/**
 * Where the processor time of a command goes. A profile says which part of the main thread's time each layer takes, the
 * system how long that was; a profiled replica is some tenths slower, so compare layers, not their sum.
 */
export const layers: Benchmark = {
  name: "layers",
  about: "processor time of one update by layer, of a profiled replica; 64 in flight",
  run: Effect.fnUntraced(function*(scale) {
    const { commands, seen } = yield* watched(scale, "profile", { fromSources: true })
    const busy = Object.entries(seen.layers).filter(([layer]) => layer !== "idle")
    const total = busy.reduce((sum, [, micros]) => sum + micros, 0)
    const figure = (name: string, micros: number): Figure => ({
      name: `layer: ${name}`,
      value: micros / commands,
      unit: "µs/command"
    })
    return [
      ...busy
        .toSorted(([, left], [, right]) => right - left)
        .map(([layer, micros]) => figure(layer, micros / total * seen.mainThreadMicros)),
      figure("other threads: garbage collection, compiler", seen.allThreadsMicros - seen.mainThreadMicros),
      figure("all", seen.allThreadsMicros)
    ]
  })
}
