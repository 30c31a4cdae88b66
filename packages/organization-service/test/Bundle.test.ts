import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFile } from "node:child_process"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { ask, connectionTo } from "./Client.ts"
import { creation, newId } from "./messages.ts"
import { startReplica } from "./ReplicaProcess.ts"

const folder = join(import.meta.dirname, "..")
const run = promisify(execFile)

/** Runs the script `bundle` of the manifest, into a folder of its own. */
const bundle = Effect.gen(function*() {
  const out = yield* Effect.acquireRelease(
    Effect.promise(() => mkdtemp(join(tmpdir(), "organization-service-"))),
    (path) => Effect.promise(() => rm(path, { recursive: true }))
  )
  const file = join(out, "main.mjs")
  yield* Effect.promise(async () => {
    const { scripts } = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as {
      scripts: { bundle: string }
    }
    const script = scripts.bundle.replace("dist/main.mjs", file)
    const path = `${join(folder, "node_modules/.bin")}:${process.env["PATH"]}`
    await run("sh", ["-c", script], { cwd: folder, env: { ...process.env, PATH: path } })
  })
  return file
})

it.live("the bundle is one file that starts, answers and stops", () =>
  Effect.gen(function*() {
    const { url } = yield* NatsServer.server()
    const replica = yield* startReplica({ NATS_URL: url }, yield* bundle)
    yield* replica.logged("ready")
    const said = yield* Effect.provide(ask(creation(newId())), connectionTo(url))
    assert.strictEqual(said.outcome, "applied")
    yield* replica.signal("SIGTERM")
    assert.strictEqual(yield* replica.exit, 0)
    assert.deepInclude(yield* replica.logged("stopped"), { annotations: { commands: 1 } })
  }), { timeout: 60_000 })
