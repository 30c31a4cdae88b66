import { assert, describe, it } from "@effect/vitest"
import { Effect, References } from "effect"
import { fatJudge, residentMax } from "../src/overload/fatJudge.ts"
import { fatOverload, type FatOverloadReport, heapMax } from "../src/overload/fatOverload.ts"
import { judge, memoryMax } from "../src/overload/judge.ts"
import { overload, type OverloadReport } from "../src/overload/overload.ts"
import type { Told } from "../src/overload/Requesters.ts"

const told = (counts: Partial<Told>): Told => ({
  sent: 0,
  ok: 0,
  okSmall: 0,
  overloaded: 0,
  untaken: 0,
  retryable: 0,
  refused: 0,
  unanswered: 0,
  okMillis: { p50: 1, p99: 2 },
  otherMillis: { p50: 1, p99: 2 },
  ...counts
})
const good: OverloadReport = {
  capacity: 100,
  overload: { seconds: 60, told: told({ sent: 1_000, ok: 100, overloaded: 880, untaken: 10, unanswered: 10 }) },
  afterwards: { seconds: 10, told: told({ sent: 100, ok: 100 }) },
  slowBroker: { seconds: 10, told: told({ sent: 50, ok: 50 }) },
  memory: Array.from({ length: 120 }, () => 200),
  memoryAtEnd: 200,
  deaths: []
}
const overloaded = (counts: Partial<Told>) => ({ overload: { seconds: 60, told: told(counts) } })

describe("the judge of an overload", () => {
  const bad: ReadonlyArray<readonly [string, Partial<OverloadReport>]> = [
    ["no overload", overloaded({ sent: 10, ok: 10 })],
    ["a command that ended as nothing", overloaded({ sent: 11, ok: 5, overloaded: 5 })],
    ["a good command refused for good", overloaded({ sent: 11, ok: 5, overloaded: 5, refused: 1 })],
    ["an end", { deaths: ["replica ended with 134"] }],
    ["too much memory", { memory: good.memory.map(() => memoryMax + 1) }],
    ["memory that grows", { memory: good.memory.map((_, index) => 100 + 3 * index) }],
    ["no recovery", { afterwards: { seconds: 10, told: told({ sent: 100, ok: 99, overloaded: 1 }) } }],
    ["loss with a slow broker", { slowBroker: { seconds: 10, told: told({ sent: 50, ok: 49, unanswered: 1 }) } }]
  ]
  it("finds nothing wrong with what is as promised", () => assert.deepStrictEqual(judge(good), []))
  for (const [name, change] of bad) {
    it(`finds ${name}`, () => assert.isNotEmpty(judge({ ...good, ...change })))
  }
})

it.live(
  "ten times the load: everything ends in an answer, memory is bounded, and it is over by itself",
  () =>
    Effect.gen(function*() {
      const lines: Array<string> = []
      const report = yield* overload({
        seconds: 4,
        times: 10,
        maxInFlight: 256,
        progress: (line) => void lines.push(line)
      })
      assert.deepStrictEqual(judge(report), [], lines.join("\n"))
    }).pipe(Effect.provideService(References.MinimumLogLevel, "None")),
  { timeout: 120_000 }
)

const stretch = { seconds: 1, told: told({ sent: 20, ok: 12, okSmall: 6, overloaded: 5, retryable: 3 }) }
const goodFat: FatOverloadReport = {
  stretches: { steady: stretch, overload: stretch, fromSnapshots: stretch, fromEvents: stretch },
  residentPeak: 400,
  heapPeak: 200,
  deaths: []
}

describe("the judge of an overload with large organizations", () => {
  const during = (counts: Partial<Told>) => ({
    stretches: { ...goodFat.stretches, fromEvents: { seconds: 1, told: { ...stretch.told, ...counts } } }
  })
  const bad: ReadonlyArray<readonly [string, Partial<FatOverloadReport>]> = [
    ["a command that ended as nothing", during({ sent: 21 })],
    ["a good command refused for good", during({ overloaded: 4, refused: 1 })],
    ["that no small organization is served", during({ okSmall: 0 })],
    ["an end", { deaths: ["replica ended with SIGABRT"] }],
    ["too much memory", { residentPeak: residentMax + 1 }],
    ["too large a heap", { heapPeak: heapMax + 1 }]
  ]
  it("finds nothing wrong with what is as promised", () => assert.deepStrictEqual(fatJudge(goodFat), []))
  for (const [name, change] of bad) {
    it(`finds ${name}`, () => assert.lengthOf(fatJudge({ ...goodFat, ...change }), 1))
  }
})

it.live(
  "large organizations and too many commands to them: a replica in the container's heap lives, and serves others beside",
  () =>
    Effect.gen(function*() {
      const lines: Array<string> = []
      const fat = { count: 1, bytes: Number.MAX_SAFE_INTEGER }
      const report = yield* fatOverload({ fat, seconds: 4, progress: (line) => void lines.push(line) })
      assert.deepStrictEqual(fatJudge(report), [], lines.join("\n"))
    }).pipe(Effect.provideService(References.MinimumLogLevel, "None")),
  { timeout: 300_000 }
)
