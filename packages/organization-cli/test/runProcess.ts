import { Effect } from "effect"
import { spawn } from "node:child_process"
import { join } from "node:path"
import type { Run } from "./runHere.ts"

const main = join(import.meta.dirname, "../src/main.ts")

/** Runs the CLI as a shell does, as a process of its own. */
export const runProcess = (
  args: ReadonlyArray<string>,
  options: { readonly url: string; readonly input?: string }
): Effect.Effect<Run> =>
  Effect.callback((resume) => {
    const child = spawn(process.execPath, [main, ...args], {
      env: { PATH: process.env["PATH"], NATS_URL: options.url }
    })
    let [out, err] = ["", ""]
    child.stdout.on("data", (chunk) => out += String(chunk))
    child.stderr.on("data", (chunk) => err += String(chunk))
    child.stdin.end(options.input ?? "")
    child.on("close", (code) => resume(Effect.succeed({ code: code ?? -1, out, err })))
    return Effect.sync(() => child.kill("SIGKILL"))
  })
