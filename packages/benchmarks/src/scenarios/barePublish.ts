import { Effect } from "effect"
import { join } from "node:path"
import type { BarePublish } from "../barePublish/BarePublish.ts"
import type { Benchmark } from "../Benchmark.ts"
import { startBrokers } from "../measured/Contender.ts"
import { measureProgram } from "../measured/drive.ts"
import { startMeasured } from "../measured/startMeasured.ts"

/** Guarded publishes from one process to a broker of its own. */
export const publishBare = Effect.fnUntraced(function*(wanted: Omit<BarePublish, "url">) {
  const { url } = yield* startBrokers({})
  const publisher = yield* startMeasured({
    file: join(import.meta.dirname, "../barePublish/main.ts"),
    args: [JSON.stringify({ ...wanted, url } satisfies BarePublish)]
  })
  yield* publisher.logged("ready")
  const { cpuMicros, result } = yield* measureProgram(publisher, [publisher.pid], [])
  const { p50, seconds } = result as unknown as { readonly seconds: number; readonly p50: number }
  return {
    perSecond: wanted.publishes / seconds,
    cpuMicros: (cpuMicros ?? 0) / wanted.publishes,
    roundTripMicros: p50
  }
}, Effect.scoped)

/** The ceiling. */
export const barePublish: Benchmark = {
  name: "bare-publish",
  about: "guarded publishes from one process, without commands",
  run: Effect.fnUntraced(function*(scale) {
    const organizations = scale.some
    const { cpuMicros, perSecond } = yield* publishBare({
      publishes: scale.commands,
      warmUp: scale.warmUp,
      inFlight: 64,
      organizations
    })
    const alone = yield* publishBare({
      publishes: scale.commands / 4,
      warmUp: scale.warmUp / 4,
      inFlight: 1,
      organizations
    })
    return [
      { name: "publishes, 64 in flight", value: perSecond, unit: "publishes/s" },
      { name: "publishes, 64 in flight: processor", value: cpuMicros, unit: "µs/publish" },
      { name: "publishes, 1 in flight: round trip", value: alone.roundTripMicros, unit: "µs" }
    ]
  })
}
