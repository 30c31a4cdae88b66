import { Effect } from "effect"
import { spawn } from "node:child_process"
import { closeSync, openSync } from "node:fs"
import process from "node:process"

/** What a program came to. */
export interface Run {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** How to run a program to its end. */
export interface RunOptions {
  /** All it gets beside `PATH`. */
  readonly env?: Readonly<Record<string, string>>
  /** Its standard input. Default empty. */
  readonly input?: string
  /** A file that takes the place of standard output, or nobody who reads it. */
  readonly stdout?: "/dev/full" | "gone"
  /** Called with how to end the process by a signal. */
  readonly onStart?: (kill: (signal: NodeJS.Signals) => void) => void
}

/** Runs a file on the Node that runs this, as a shell does, and waits for its end. The code is -1 when a signal ended it. */
export const runProgram = (
  file: string,
  args: ReadonlyArray<string> = [],
  { env = {}, input = "", onStart, stdout }: RunOptions = {}
): Effect.Effect<Run> =>
  Effect.callback((resume) => {
    const full = stdout === "/dev/full" ? openSync(stdout, "w") : undefined
    const child = spawn(process.execPath, [file, ...args], {
      env: { PATH: process.env["PATH"], ...env },
      stdio: ["pipe", full ?? "pipe", "pipe"]
    })
    if (full !== undefined) closeSync(full)
    if (stdout === "gone") child.stdout?.destroy()
    onStart?.((signal) => child.kill(signal))
    let [out, err] = ["", ""]
    child.stdout?.on("data", (chunk) => out += String(chunk))
    child.stderr?.on("data", (chunk) => err += String(chunk))
    // It may not want to hear it.
    child.stdin?.on("error", () => undefined).end(input)
    child.on("close", (code) => resume(Effect.succeed({ code: code ?? -1, out, err })))
    return Effect.sync(() => child.kill("SIGKILL"))
  })
