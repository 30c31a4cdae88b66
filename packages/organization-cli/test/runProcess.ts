import { Effect } from "effect"
import { spawn } from "node:child_process"
import { openSync } from "node:fs"
import { join } from "node:path"
import type { Run } from "./runHere.ts"

const main = join(import.meta.dirname, "../src/main.ts")

/** Runs the CLI as a shell does, as a process of its own. */
export const runProcess = (
  args: ReadonlyArray<string>,
  options: {
    readonly url: string
    readonly input?: string
    /** A file that takes the place of standard output, or nobody who reads it. */
    readonly stdout?: "/dev/full" | "gone"
    /** Called with how to end the process by a signal. */
    readonly onStart?: (kill: (signal: NodeJS.Signals) => void) => void
  }
): Effect.Effect<Run> =>
  Effect.callback((resume) => {
    const child = spawn(process.execPath, [main, ...args], {
      env: { PATH: process.env["PATH"], NATS_URL: options.url },
      stdio: ["pipe", options.stdout === "/dev/full" ? openSync(options.stdout, "w") : "pipe", "pipe"]
    })
    if (options.stdout === "gone") child.stdout?.destroy()
    options.onStart?.((signal) => child.kill(signal))
    let [out, err] = ["", ""]
    child.stdout?.on("data", (chunk) => out += String(chunk))
    child.stderr?.on("data", (chunk) => err += String(chunk))
    child.stdin?.end(options.input ?? "")
    child.on("close", (code) => resume(Effect.succeed({ code: code ?? -1, out, err })))
    return Effect.sync(() => child.kill("SIGKILL"))
  })
