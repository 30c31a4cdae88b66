import { Effect, type Scope } from "effect"
import { type ChildProcess, spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { BenchmarkFailed } from "../Benchmark.ts"

/** How to start a program. */
export interface ProgramOptions {
  /** Runs on the Node that runs this. */
  readonly file: string
  readonly args?: ReadonlyArray<string>
  readonly env?: Readonly<Record<string, string>>
  /** For Node itself. */
  readonly nodeArgs?: ReadonlyArray<string>
}

/** A line that a program wrote: JSON with a `message`. */
export type Line = { readonly message: unknown } & Readonly<Record<string, unknown>>

/** A running program that says what it does in lines of JSON. */
export interface Program {
  readonly pid: number
  /** The first line with this message, whether it has come already or not. */
  readonly said: (message: string) => Effect.Effect<Line, BenchmarkFailed>
  /** What it warned of, each kind of warning once, and its last lines. */
  readonly lastWords: Effect.Effect<string>
  readonly tell: (line: string) => Effect.Effect<void>
  /** SIGTERM, then waits for the end. */
  readonly stop: Effect.Effect<void>
}

/** Longest wait for a line. */
const patienceMillis = 900_000

/** Kinds of warnings, and last lines, that are repeated when something went wrong. */
const [kindsShown, linesShown] = [10, 5]

/** Starts a program; it is gone when the scope closes. */
export const startProgram = (options: ProgramOptions): Effect.Effect<Program, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => new Running(options)),
      (running) => Effect.promise(() => running.end("SIGKILL"))
    ),
    (running) => ({
      pid: running.child.pid ?? 0,
      said: (message) =>
        Effect.tryPromise({
          try: () => running.said(message),
          catch: (error) => new BenchmarkFailed({ detail: String(error instanceof Error ? error.message : error) })
        }),
      lastWords: Effect.sync(() => running.lastWords()),
      tell: (line) => Effect.sync(() => void running.child.stdin?.write(`${line}\n`)),
      stop: Effect.promise(() => running.end("SIGTERM"))
    })
  )

class Running {
  readonly child: ChildProcess
  private readonly lines: Array<Line> = []
  private readonly waiting = new Set<() => void>()
  private readonly file: string
  private readonly ended: Promise<void>
  private over = false
  private words = ""

  constructor({ args = [], env = {}, file, nodeArgs = [] }: ProgramOptions) {
    this.file = file
    this.child = spawn(process.execPath, [...nodeArgs, file, ...args], {
      env: { PATH: process.env["PATH"], ...env },
      stdio: ["pipe", "pipe", "pipe"]
    })
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      createInterface({ input: stream }).on("line", (text) => {
        this.words = `${this.words}${text}\n`.slice(-4_000)
        if (!text.startsWith("{")) return
        this.lines.push(JSON.parse(text) as Line)
        for (const wake of this.waiting) wake()
      })
    }
    this.ended = new Promise((resolve) => this.child.once("close", () => resolve()))
    void this.ended.then(() => {
      this.over = true
      for (const wake of this.waiting) wake()
    })
  }

  said(message: string): Promise<Line> {
    return new Promise((resolve, reject) => {
      const done = (settle: () => void) => {
        clearTimeout(patience)
        this.waiting.delete(look)
        settle()
      }
      const fail = (why: string) =>
        done(() => reject(new Error(`${this.file} ${why} before "${message}"\n${this.words}`)))
      const look = () => {
        const line = this.lines.find((each) => each.message === message)
        if (line !== undefined) done(() => resolve(line))
        else if (this.over) fail("ended")
      }
      const patience = setTimeout(() => fail("said nothing for too long"), patienceMillis)
      this.waiting.add(look)
      look()
    })
  }

  lastWords(): string {
    const warnings = new Map<string, number>()
    for (const { annotations, level, message } of this.lines) {
      if (level !== "WARN" && level !== "ERROR" && level !== "FATAL") continue
      const { reason = "" } = (annotations ?? {}) as { readonly reason?: string }
      const kind = `${level} ${String(message)} ${reason}`.trimEnd()
      warnings.set(kind, (warnings.get(kind) ?? 0) + 1)
    }
    return [
      ...[...warnings].slice(-kindsShown).map(([kind, times]) => `${times} x ${kind}`),
      ...this.words.trimEnd().split("\n").slice(-linesShown)
    ].join("\n")
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    this.child.kill(signal)
    await this.ended
  }
}
