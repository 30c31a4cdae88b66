import { Effect, type Scope } from "effect"
import { spawn } from "node:child_process"
import { join } from "node:path"
import { createInterface } from "node:readline"

const main = join(import.meta.dirname, "../src/main.ts")

/** A replica in a process of its own. */
export interface Replica {
  /** SIGKILL, then waits for the end. */
  readonly kill: Effect.Effect<void>
}

/** Starts a replica and waits until it takes commands; whatever becomes of it, it is gone when the scope closes. */
export const startReplica = (url: string): Effect.Effect<Replica, never, Scope.Scope> =>
  Effect.gen(function*() {
    const { child, ended } = yield* Effect.acquireRelease(
      Effect.sync(() => {
        const env = { PATH: process.env["PATH"], NATS_URL: url }
        const child = spawn(process.execPath, [main], { env, stdio: ["ignore", "pipe", "inherit"] })
        return { child, ended: new Promise<void>((resolve) => child.once("close", () => resolve())) }
      }),
      ({ child, ended }) => {
        child.kill("SIGKILL")
        return Effect.promise(() => ended)
      }
    )
    yield* Effect.callback<void>((resume) => {
      const lines: Array<string> = []
      createInterface({ input: child.stdout }).on("line", (line) => {
        lines.push(line)
        if (line.includes("\"ready\"")) resume(Effect.void)
      })
      void ended.then(() => resume(Effect.die(new Error(`it ended before it was ready:\n${lines.join("\n")}`))))
    })
    return {
      kill: Effect.suspend(() => {
        child.kill("SIGKILL")
        return Effect.promise(() => ended)
      })
    }
  })
