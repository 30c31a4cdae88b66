import { Effect } from "effect"
import { join } from "node:path"
import { type Benchmark, BenchmarkFailed } from "../Benchmark.ts"
import { startNullService, startService } from "../measured/Contender.ts"
import { drive, type Driven, type Wanted } from "../measured/drive.ts"
import { startMeasured } from "../measured/startMeasured.ts"
import { beside, found, middle } from "./Pair.ts"

/** What spans cost that go to a collector. */
export const spans: Benchmark = {
  name: "spans",
  about: "updates, 64 in flight, with spans for a collector, without, and the null service",
  run: Effect.fnUntraced(function*(scale) {
    const collector = yield* startMeasured({ file: join(import.meta.dirname, "../collector/main.ts") })
    const { url } = yield* collector.logged("listening")
    const nothing = yield* startNullService({})
    const off = yield* startService({})
    const on = yield* startService({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: String(url) } })
    for (const contender of [nothing, off, on]) yield* found(contender, scale.some)
    const load: Wanted = {
      commands: scale.commands,
      warmUp: scale.warmUp,
      pace: { inFlight: 64 },
      kind: "update",
      organizations: scale.some,
      spread: "uniform"
    }
    const turns: Array<Record<"nothing" | "off" | "on", Driven>> = []
    for (let round = 0; round < scale.rounds; round++) {
      turns.push({ nothing: yield* drive(nothing, load), off: yield* drive(off, load), on: yield* drive(on, load) })
    }
    yield* collector.tell("go")
    const { spans: received } = yield* collector.logged("result")
    // Two for each command; the last ones may still be on their way, and dropped ones cost less.
    if (Number(received) < 1.8 * (load.commands + load.warmUp) * scale.rounds) {
      return yield* new BenchmarkFailed({
        detail: `the collector got ${String(received)} spans only\n${yield* on.lastWords}`
      })
    }
    const least = middle(turns.map((turn) => turn.nothing))
    const without = middle(turns.map((turn) => turn.off))
    const traced = middle(turns.map((turn) => turn.on))
    return [
      beside("with spans", "commands/s", traced.perSecond, least.perSecond),
      beside("with spans: processor", "µs/command", traced.cpuMicros, least.cpuMicros, { of: "ratio", atMost: 1.8 }),
      {
        name: "with spans: processor, beside none",
        value: traced.cpuMicros,
        unit: "µs/command",
        yardstick: { name: "without spans", value: without.cpuMicros }
      }
    ]
  })
}
