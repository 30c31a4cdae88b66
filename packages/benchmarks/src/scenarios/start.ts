import { replicaBundle } from "@cim-domain/testbed/programBundle"
import { Duration, Effect } from "effect"
import { join } from "node:path"
import type { Benchmark } from "../Benchmark.ts"
import { median } from "../Figure.ts"
import { startBrokers } from "../measured/Contender.ts"
import { startMeasured } from "../measured/startMeasured.ts"

/** How long a process takes until it says that it is ready, with the broker up and the stream there. */
export const start: Benchmark = {
  name: "start",
  about: "from the start of the process to ready, in turns with the null service",
  run: Effect.fnUntraced(function*(scale) {
    const { url } = yield* startBrokers({})
    const bundle = yield* replicaBundle
    const started = (file: string, url: string) =>
      Effect.scoped(Effect.gen(function*() {
        const [took, program] = yield* Effect.timed(
          Effect.tap(startMeasured({ file, env: { NATS_URL: url } }), (program) => program.logged("ready"))
        )
        yield* program.stop
        return Duration.toMillis(took)
      }))
    const nothing = join(import.meta.dirname, "../nullService/main.ts")
    const { url: other } = yield* startBrokers({})
    yield* started(bundle, url)
    const times = yield* Effect.replicateEffect(
      Effect.all([started(nothing, other), started(bundle, url)]),
      scale.starts
    )
    return [{
      name: "start to ready",
      value: median(times.map(([, service]) => service)),
      unit: "ms",
      yardstick: { name: "null service", value: median(times.map(([empty]) => empty)) },
      target: { of: "value", atMost: 600 }
    }]
  })
}
