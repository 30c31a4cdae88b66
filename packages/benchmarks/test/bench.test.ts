import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { execFile } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { BenchmarkFailed } from "../src/Benchmark.ts"
import { startBrokers } from "../src/measured/Contender.ts"
import { drive } from "../src/measured/drive.ts"
import { renderReport } from "../src/renderReport.ts"
import { figuresOf, ReportJson } from "../src/Report.ts"
import { runBenchmarks } from "../src/runBenchmarks.ts"
import { quick, type Scale } from "../src/Scale.ts"
import { allocation } from "../src/scenarios/allocation.ts"
import { barePublish } from "../src/scenarios/barePublish.ts"
import { throughput } from "../src/scenarios/throughput.ts"

const tiny: Scale = {
  ...quick,
  commands: 80,
  warmUp: 40,
  settled: 80,
  some: 20,
  many: 40,
  starts: 1,
  openLoopSeconds: 0.2
}

const main = join(import.meta.dirname, "../src/main.ts")

/** Runs the program; gives its exit code and everything it wrote. */
const run = (...args: ReadonlyArray<string>): Promise<{ readonly code: number; readonly output: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, output: stdout + stderr })
    })
  })

it.live("a run measures, and gives a table and JSON that is read again", () =>
  Effect.gen(function*() {
    const heard: Array<string> = []
    const { report } = yield* runBenchmarks([barePublish, throughput, allocation], "tiny", tiny, (line) =>
      heard.push(line))
    assert.strictEqual(heard.length, 3)
    const again = yield* Schema.decodeEffect(ReportJson)(JSON.stringify(report))
    assert.deepStrictEqual(again, report)
    for (const { name, unit, value } of figuresOf(report).values()) {
      // So little work is less than a tick of the processor's clock, and collects nothing.
      if (unit !== "µs/command" && unit !== "µs/publish" && unit !== "%") {
        assert.isAbove(value, 0, name)
      }
    }
    const table = renderReport(report, report)
    for (const name of figuresOf(report).keys()) {
      assert.include(table, name)
    }
    assert.match(
      table,
      /updates, 64 in flight {2,}[\d. ]+ {2}commands\/s {2,}[\d. ]+ null service +\d+\.\d\d .*\(\+0 %\) +≥ 0\.900 (met|missed)/
    )
  }).pipe(Effect.scoped), { timeout: 120_000 })

it.live("what is not answered as it should be is no measurement", () =>
  Effect.gen(function*() {
    const { url } = yield* startBrokers({})
    const lastWords = Effect.succeed("I was never here")
    const nobody = { name: "nobody", url, pids: [], brokerPids: [], programs: [], lastWords }
    const failure = yield* Effect.flip(drive(nobody, {
      commands: 5,
      warmUp: 1,
      pace: { inFlight: 2 },
      kind: "update",
      organizations: 1,
      spread: "uniform"
    }))
    assert.instanceOf(failure, BenchmarkFailed)
    assert.strictEqual(failure.message, "nobody: 5 of 5 commands were answered NO_RESPONDERS\nI was never here")
  }), { timeout: 60_000 })

describe("the command", () => {
  it("names the benchmarks, and what it was given that is none", async () => {
    const [help, wrong, flag, baseline] = await Promise.all([
      run("--help"),
      run("--only", "latency", "--only", "nonsense"),
      run("--fast"),
      run("--only", "start", "--baseline", main)
    ])
    assert.strictEqual(help.code, 0)
    assert.include(help.output, "--quick")
    assert.include(help.output, "cold-load")
    assert.strictEqual(wrong.code, 2)
    assert.include(wrong.output, "no benchmark is called \"nonsense\"; there are bare-publish, throughput")
    assert.strictEqual(flag.code, 2)
    assert.include(flag.output, "--fast")
    assert.strictEqual(baseline.code, 2)
    assert.include(baseline.output, "is no report of a benchmark")
  }, 60_000)

  it("runs what it is told, and writes the figures where it is told", async () => {
    const folder = mkdtempSync(join(tmpdir(), "bench-"))
    try {
      const file = join(folder, "deep", "figures.json")
      const { code, output } = await run("--quick", "--only", "start", "--json", file)
      assert.strictEqual(code, 0, output)
      assert.include(output, "start to ready")
      const { benchmarks } = JSON.parse(readFileSync(file, "utf8"))
      assert.deepStrictEqual(benchmarks.map(({ name }: { readonly name: string }) => name), ["start"])
    } finally {
      rmSync(folder, { recursive: true })
    }
  }, 60_000)
})
