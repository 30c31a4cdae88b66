import { Effect } from "effect"
import { join } from "node:path"
import type { Benchmark } from "../Benchmark.ts"
import { type ColdLoadResult, type ColdLoads, type ColdLoadTime, comparedEvents } from "../coldLoad/ColdLoads.ts"
import type { Figure, Target } from "../Figure.ts"
import { startBrokers } from "../measured/Contender.ts"
import { startMeasured } from "../measured/startMeasured.ts"

/** Direct gets that a load may take at most, by the events behind its snapshot. */
const directGetsMost: Readonly<Record<number, number>> = { 0: 5, 16: 9 }

/** States that are not in the cache. */
export const coldLoad: Benchmark = {
  name: "cold-load",
  about: "organizations that are not in the cache, in a stream full of others, beside one direct get",
  run: Effect.fnUntraced(function*(scale) {
    const { url } = yield* startBrokers({})
    const wanted: ColdLoads = { url, otherEvents: scale.otherEvents, histories: scale.histories }
    const program = yield* startMeasured({
      file: join(import.meta.dirname, "../coldLoad/main.ts"),
      args: [JSON.stringify(wanted)]
    })
    const { longest, snapshotBytes, times: [few, many] } =
      (yield* program.logged("result")) as unknown as ColdLoadResult
    const named = ({ events, tail }: ColdLoadTime) =>
      tail === undefined
        ? `cold load, ${events} events`
        : `cold load, ${events} events, ${tail === 0 ? "a current snapshot" : `a snapshot and ${tail} behind it`}`
    const target = ({ events, tail }: ColdLoadTime): Target | undefined =>
      events === comparedEvents && tail !== undefined && tail in directGetsMost
        ? { of: "ratio", atMost: directGetsMost[tail]! }
        : undefined
    const loads = many.loads.map((load): Figure => ({
      name: named(load),
      value: load.micros,
      unit: "µs",
      yardstick: { name: "direct get", value: many.directGet },
      ...(target(load) === undefined ? {} : { target: target(load)! })
    }))
    const lengths = many.loads.filter((load) => target(load) !== undefined).map((load): Figure => ({
      name: `${named(load)}, in the whole stream`,
      value: load.micros,
      unit: "µs",
      yardstick: {
        name: "in a tenth of it",
        value: few.loads.find((other) => named(other) === named(load))!.micros
      }
    }))
    return [
      ...loads,
      ...lengths,
      {
        name: "longest history, loaded",
        value: longest.loadedPerSecond,
        unit: "events/s",
        yardstick: { name: "read by the client", value: longest.readPerSecond },
        target: { of: "ratio", atLeast: 0.5 }
      },
      { name: "snapshot of a small organization", value: snapshotBytes / 1024, unit: "KiB" }
    ]
  })
}
