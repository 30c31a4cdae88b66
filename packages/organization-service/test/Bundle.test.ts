import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { startProgram } from "@cim-domain/testbed/Program"
import { replicaBundle } from "@cim-domain/testbed/programBundle"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { copyFileSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { ask, connectionTo } from "./Client.ts"
import { creation, newId } from "./messages.ts"

/** The bundle where there is nothing else: no package, no source. */
const bundleAlone = Effect.gen(function*() {
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "organization-service-"))),
    (path) => Effect.sync(() => rmSync(path, { recursive: true }))
  )
  const file = join(folder, "main.mjs")
  copyFileSync(yield* replicaBundle, file)
  return file
})

it.live("the bundle is one file that starts, answers and stops", () =>
  Effect.gen(function*() {
    const { url } = yield* NatsServer.server()
    const file = yield* bundleAlone
    const replica = yield* startProgram({ file, env: { NATS_URL: url } })
    yield* replica.logged("ready")
    const said = yield* Effect.provide(ask(creation(newId())), connectionTo(url))
    assert.strictEqual(said.outcome, "applied")
    assert.strictEqual(yield* replica.stop, 0)
    assert.deepInclude(yield* replica.logged("stopped"), { annotations: { commands: 1 } })
  }), { timeout: 60_000 })
