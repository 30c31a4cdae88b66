import { Effect, Schedule, type Scope } from "effect"
import { type ChildProcess, spawn } from "node:child_process"
import { join } from "node:path"

/** A line that the replica logged. */
export interface LogLine {
  readonly message: unknown
  readonly level: string
  readonly annotations: Readonly<Record<string, unknown>>
}

const main = join(import.meta.dirname, "../src/main.ts")

/** A replica in a process of its own, as it runs in production. */
export interface ReplicaProcess {
  readonly pid: number
  readonly log: () => ReadonlyArray<LogLine>
  /** All that it has written so far, to both outputs. */
  readonly output: () => string
  /** Waits until a line with this message was logged. Dies with the whole log after 20 seconds. */
  readonly logged: (message: string) => Effect.Effect<LogLine>
  readonly signal: (signal: NodeJS.Signals) => Effect.Effect<void>
  /** Waits for the end; gives the exit code, or the signal that ended it. */
  readonly exit: Effect.Effect<number | NodeJS.Signals>
}

const parseLines = (text: string): ReadonlyArray<LogLine> =>
  text.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as LogLine)

/** Starts a replica; whatever happened to it, it is gone when the scope closes. */
export const startReplica = (
  env: Readonly<Record<string, string>>,
  file = main
): Effect.Effect<ReplicaProcess, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => {
        const child = spawn(process.execPath, [file], {
          env: { PATH: process.env["PATH"], ...env },
          stdio: ["ignore", "pipe", "pipe"]
        })
        const output = { text: "" }
        for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => output.text += String(chunk))
        const ended = new Promise<number | NodeJS.Signals>((resolve) =>
          child.once("close", (code, signal) => resolve(code ?? signal ?? -1))
        )
        return { child, ended, output }
      }),
      ({ child, ended }) => Effect.andThen(kill(child, "SIGKILL"), Effect.promise(() => ended))
    ),
    ({ child, ended, output }): ReplicaProcess => ({
      pid: child.pid!,
      log: () => parseLines(output.text),
      output: () => output.text,
      logged: (message) =>
        Effect.suspend(() => {
          const line = parseLines(output.text).find((each) => each.message === message)
          return line === undefined ? Effect.fail("not yet" as const) : Effect.succeed(line)
        }).pipe(
          Effect.retry(Schedule.spaced("10 millis").pipe(Schedule.upTo({ duration: "20 seconds" }))),
          Effect.catch(() => Effect.die(new Error(`no line "${message}" in the log:\n${output.text}`)))
        ),
      signal: (signal) => kill(child, signal),
      exit: Effect.promise(() => ended)
    })
  )

const kill = (child: ChildProcess, signal: NodeJS.Signals) => Effect.sync(() => void child.kill(signal))
