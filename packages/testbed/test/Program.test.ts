import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Scope } from "effect"
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { eventually } from "../src/eventually.ts"
import { type ProgramOptions, startProgram } from "../src/Program.ts"
import { runProgram } from "../src/runProgram.ts"

/** A program with this text, in a folder that is gone with the scope. */
const programOf = (text: string) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "testbed-"))),
      (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
    ),
    (folder) => {
      const file = join(folder, "program.mjs")
      writeFileSync(file, text)
      return file
    }
  )

const started = (text: string, options: Omit<ProgramOptions, "file"> = {}) =>
  Effect.flatMap(programOf(text), (file) => startProgram({ ...options, file }))

const isRunning = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const talker = `
import { createInterface } from "node:readline"
const log = (message, rest) => console.log(JSON.stringify({ message, ...rest }))
log("ready", { level: "INFO", annotations: { port: 1 } })
console.error("{ not: 'JSON'")
createInterface({ input: process.stdin }).on("line", (line) => log("heard " + line))
process.on("SIGTERM", () => { log("stopped"); process.exit(7) })
`

describe("a program", () => {
  it.live("is heard, told, and stopped", () =>
    Effect.gen(function*() {
      const program = yield* started(talker)
      const ready = yield* program.logged("ready")
      assert.deepStrictEqual(ready, { message: "ready", level: "INFO", annotations: { port: 1 } })
      yield* program.tell("a")
      yield* program.tell("b")
      yield* program.says("heard", 2)
      // A line that has come already.
      assert.deepStrictEqual(yield* program.logged("ready"), ready)
      assert.deepStrictEqual(yield* program.logged("heard b"), { message: "heard b", level: "", annotations: {} })
      assert.strictEqual(yield* program.stop, 7)
      assert.deepStrictEqual(program.log().map(({ message }) => message), ["ready", "heard a", "heard b", "stopped"])
      assert.include(program.output(), "{ not: 'JSON'\n")
    }))

  it.live("that ends, or says nothing for too long, fails who waits for it, with all it wrote", () =>
    Effect.gen(function*() {
      const dead = yield* started("console.log('why'); process.exit(3)")
      const { message } = yield* Effect.flip(dead.logged("ready"))
      assert.match(message, /program\.mjs ended before it said "ready":\nwhy\n/)
      assert.strictEqual(yield* dead.exit, 3)
      const silent = yield* started("console.log('hm'); setInterval(() => {}, 1000)", { patience: "400 millis" })
      assert.match(
        (yield* Effect.flip(silent.says("ready"))).message,
        /took more than 400 ms before it said 1 x "ready"/
      )
      const nothing = yield* startProgram({ file: "/nowhere/at/all", isExecutable: true })
      assert.strictEqual(yield* nothing.exit, -1)
      assert.include((yield* Effect.flip(nothing.logged("ready"))).message, "ENOENT")
    }))

  it.live("is gone with the scope, also when it is paused or does not listen", () =>
    Effect.gen(function*() {
      const scope = yield* Scope.make()
      const deaf =
        "process.on('SIGTERM', () => {}); console.log('{\"message\":\"ready\"}'); setInterval(() => {}, 1000)"
      const program = yield* Scope.provide(started(deaf), scope)
      yield* program.logged("ready")
      yield* program.signal("SIGTERM")
      yield* program.signal("SIGSTOP")
      assert.isTrue(isRunning(program.pid))
      yield* Scope.close(scope, yield* Effect.exit(Effect.void))
      assert.isFalse(isRunning(program.pid))
      assert.strictEqual(yield* program.exit, "SIGKILL")
    }))

  it.live("keeps as many lines as it is told to, and gives each away", () =>
    Effect.gen(function*() {
      let all = ""
      const text = "for (let n = 0; n < 100; n++) console.log(JSON.stringify({ message: n }))"
      const program = yield* started(text, { linesKept: 2, onOutput: (chunk) => all += String(chunk) })
      assert.strictEqual(yield* program.exit, 0)
      assert.deepStrictEqual(program.log().map(({ message }) => message), [98, 99])
      assert.strictEqual(all.trim().split("\n").length, 100)
    }))
})

describe("a program that is run", () => {
  it.live("is given its input, and gives what it wrote", () =>
    Effect.gen(function*() {
      const echo = yield* programOf(
        "process.stdin.on('data', (all) => { console.log(`${all}${process.argv[2]}${process.env.A}`); console.error('e'); process.exitCode = 5 })"
      )
      assert.deepStrictEqual(
        yield* runProgram(echo, ["b"], { input: "a", env: { A: "c" } }),
        { code: 5, out: "abc\n", err: "e\n" }
      )
    }))

  it.live("may be ended by a signal", () =>
    Effect.gen(function*() {
      const deaf = yield* programOf("setInterval(() => {}, 1000)")
      let end: ((signal: NodeJS.Signals) => void) | undefined
      const run = yield* Effect.forkChild(runProgram(deaf, [], { onStart: (kill) => end = kill }))
      yield* eventually("it runs", Effect.sync(() => end !== undefined))
      end?.("SIGKILL")
      assert.strictEqual((yield* Fiber.join(run)).code, -1)
    }))

  it.live.skipIf(!existsSync("/dev/full"))("may have a full disk", () =>
    Effect.gen(function*() {
      const writes = yield* programOf("process.stdout.on('error', (e) => console.error(e.code)); console.log('a')")
      assert.deepStrictEqual(yield* runProgram(writes, [], { stdout: "/dev/full" }), {
        code: 0,
        out: "",
        err: "ENOSPC\n"
      })
    }))
})
