import { Effect, type Scope } from "effect"
import { execFile } from "node:child_process"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { delimiter, dirname, join } from "node:path"
import { promisify } from "node:util"
import { BenchmarkFailed } from "../Benchmark.ts"

const run = promisify(execFile)
const service = join(dirname(createRequire(import.meta.url).resolve("@cim-domain/organization-service/main")), "..")

/** The program of the replica, as it is in the repository. */
export const serviceSource = join(service, "src/main.ts")

/** The replica as it is shipped: what the script `bundle` of its package makes, in a folder that is gone with the scope. */
export const replicaBundle: Effect.Effect<string, BenchmarkFailed, Scope.Scope> = Effect.gen(function*() {
  const folder = yield* Effect.acquireRelease(
    Effect.promise(() => mkdtemp(join(tmpdir(), "organization-service-"))),
    (path) => Effect.promise(() => rm(path, { recursive: true, force: true }))
  )
  const file = join(folder, "main.mjs")
  yield* Effect.tryPromise({
    try: async () => {
      const { scripts } = JSON.parse(await readFile(join(service, "package.json"), "utf8")) as {
        readonly scripts: { readonly bundle: string }
      }
      const path = [join(service, "node_modules/.bin"), process.env["PATH"]].join(delimiter)
      await run("sh", ["-c", scripts.bundle.replace("dist/main.mjs", file)], {
        cwd: service,
        env: { ...process.env, PATH: path }
      })
    },
    catch: (error) => new BenchmarkFailed({ detail: `the replica cannot be bundled: ${String(error)}` })
  })
  return file
})
