import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { isJournal } from "@cim-domain/service/isJournal"
import { waitingBytesMax } from "@cim-domain/service/LogSink"
import { programBundle, replicaSource } from "@cim-domain/testbed/programBundle"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Record, type Scope } from "effect"
import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, fstatSync } from "node:fs"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { ask, askUntilSettled, connectionTo } from "./Client.ts"
import { creation, newId } from "./messages.ts"

const logLines = join(import.meta.dirname, "logLines.ts")

/**
 * A program whose outputs are made by the shell, or pipes to here that nobody reads unless told to; gone when the scope closes.
 */
const started = (
  source: string,
  args: ReadonlyArray<string> = [],
  shell: { readonly before?: string; readonly redirection?: string } = {},
  env: Readonly<Record<string, string>> = {}
): Effect.Effect<ChildProcess, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.map(programBundle(source), (program) =>
      spawn("sh", [
        "-c",
        `${shell.before ?? ""} exec "$0" "$@" ${shell.redirection ?? ""}`,
        process.execPath,
        program,
        ...args
      ], {
        env: { PATH: process.env["PATH"], ...env },
        stdio: ["pipe", "pipe", "pipe"]
      })),
    (child) =>
      Effect.promise(async () => {
        child.kill("SIGKILL")
        for (const stream of child.stdio) stream?.destroy()
        if (child.exitCode === null && child.signalCode === null) {
          await new Promise((resolve) => child.once("exit", resolve))
        }
      })
  )

const ended = (child: ChildProcess) =>
  Effect.promise(() =>
    child.exitCode === null && child.signalCode === null
      ? new Promise<number | string>((resolve) => child.once("exit", (code, signal) => resolve(code ?? signal ?? -1)))
      : Promise.resolve(child.exitCode ?? child.signalCode ?? -1)
  )

/** With the level debug a replica logs a line for each command. */
const serves = Effect.fnUntraced(function*(
  shell: Parameters<typeof started>[2],
  spoil: { readonly atOnce?: (replica: ChildProcess) => void; readonly later?: (replica: ChildProcess) => void } = {}
) {
  const { url } = yield* NatsServer.server()
  const replica = yield* started(replicaSource, [], shell, { NATS_URL: url, LOG_LEVEL: "debug" })
  spoil.atOnce?.(replica)
  yield* Effect.gen(function*() {
    yield* askUntilSettled(creation(newId()))
    spoil.later?.(replica)
    yield* Effect.forEach(Array.from({ length: 500 }, newId), (id) => ask(creation(id)), { concurrency: 64 })
  }).pipe(Effect.provide(connectionTo(url)))
  replica.kill("SIGTERM")
  return yield* ended(replica)
})

const leave = ({ stderr, stdout }: ChildProcess) => {
  stdout?.destroy()
  stderr?.destroy()
}

const spoilt: Readonly<Record<string, Parameters<typeof serves>>> = {
  ...existsSync("/dev/full") && { "its disk is full": [{ redirection: ">/dev/full 2>/dev/full" }] },
  // Blocks of 512 bytes, or of 1 024.
  "its file may not grow": [{
    before: `f=$(mktemp); exec 3>"$f"; rm "$f"; ulimit -f 16;`,
    redirection: ">&3 2>&3"
  }],
  "it is closed from the start": [{ redirection: ">&- 2>&-" }],
  "it is a pipe that nobody reads": [{ redirection: "2>&1" }],
  "the reader was never there": [{}, { atOnce: leave }],
  "the reader goes": [{}, { later: leave }]
}

it.live("a replica serves, and stops in order, whatever becomes of its log", () =>
  Effect.gen(function*() {
    const codes = yield* Effect.all(Record.map(spoilt, (how) => serves(...how)), { concurrency: 3 })
    assert.deepStrictEqual(codes, Record.map(spoilt, () => 0))
  }), { timeout: 120_000 })

it.live(
  "what a log does not take waits within a bound, and what is dropped is counted where it is missing",
  () =>
    Effect.gen(function*() {
      const count = 40_000
      const child = yield* started(logLines, [String(count)])
      yield* Effect.promise(() => new Promise((resolve) => child.stderr!.once("data", resolve)))
      const reading = text(child.stdout!)
      child.stdin!.end()
      const read = yield* Effect.promise(() => reading)
      const lines = read.trimEnd().split("\n").map((line) => JSON.parse(line) as { line?: number; dropped?: number })
      let next = 0
      let dropped = 0
      for (const said of lines) {
        if (said.line !== undefined) assert.strictEqual(said.line, next)
        next += said.dropped ?? 1
        dropped += said.dropped ?? 0
      }
      assert.strictEqual(next, count)
      assert.isAbove(dropped, 0)
      // The pipe and this process hold some, too.
      assert.isBelow(read.length, waitingBytesMax + 512 * 1_024)
    }),
  { timeout: 30_000 }
)

describe("in the journal, and only there, a line begins with its priority", () => {
  /** What a replica says that finds no broker, gets a signal that means nothing, and is told to stop. */
  const said = Effect.fnUntraced(function*(program: string, env: Readonly<Record<string, string>> = {}) {
    const child = yield* started(program, [], {}, { NATS_URL: "nats://127.0.0.1:1", ...env })
    const reading = text(child.stdout!)
    const nextLine = Effect.promise(() =>
      new Promise<void>((resolve) => {
        child.stdout!.once("data", () => resolve())
        child.stdout!.once("end", () => resolve())
      })
    )
    yield* nextLine
    child.kill("SIGUSR2")
    // One after the other: of two signals at once the second may end it before the first is said.
    yield* nextLine
    child.kill("SIGTERM")
    yield* ended(child)
    const lines = (yield* Effect.promise(() => reading)).trimEnd().split("\n")
    return lines.map((line) => {
      const [, prefix, json] = /^(<\d>)?(\{.*\})$/.exec(line) ?? assert.fail(`no line of a log: ${line}`)
      return `${prefix ?? ""}${(JSON.parse(json!) as { readonly level: string }).level}`
    })
  })
  const journaled = join(import.meta.dirname, "journaledReplica.ts")

  it.live("warnings, signals, and what ends it at once", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* said(journaled), ["<4>WARN", "<6>INFO"])
      assert.deepStrictEqual(yield* said(journaled, { LOG_LEVEL: "loud", SNAPSHOT_FREQ: "0" }), [
        "<2>FATAL",
        "<2>FATAL"
      ])
    }), { timeout: 30_000 })

  it.live("not where JOURNAL_STREAM is of something else", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* said(replicaSource, { JOURNAL_STREAM: "8:1", LOG_LEVEL: "loud" }), ["FATAL"])
    }), { timeout: 30_000 })

  it("or is nothing", () => {
    const { dev, ino } = fstatSync(0, { bigint: true })
    assert.isTrue(isJournal(0, `${dev}:${ino}`))
    for (const stream of [undefined, "", ":", "journal", `${dev}`, `${dev}:${ino + 1n}`, `${dev}:${ino}:1`]) {
      assert.isFalse(isJournal(0, stream), stream)
    }
    assert.isFalse(isJournal(12_345, `${dev}:${ino}`))
  })
})
