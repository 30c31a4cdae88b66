import { SystemdNotify } from "@cim-domain/service/SystemdNotify"
import { assert, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer } from "effect"
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import process from "node:process"

const told = (env: Record<string, string>) =>
  Effect.provide(
    SystemdNotify,
    Layer.provide(SystemdNotify.layer, ConfigProvider.layer(ConfigProvider.fromEnv({ env })))
  )

/** A folder with a program `systemd-notify` that writes down what it is asked to say, first on the `PATH`. */
const program = Effect.acquireRelease(
  Effect.promise(async () => {
    const folder = await mkdtemp(join(tmpdir(), "systemd-notify-"))
    await writeFile(join(folder, "systemd-notify"), `#!/bin/sh\necho "$@" >> ${folder}/said\n`)
    await chmod(join(folder, "systemd-notify"), 0o755)
    const path = process.env["PATH"]
    process.env["PATH"] = `${folder}:${path}`
    return { folder, path }
  }),
  ({ folder, path }) =>
    Effect.promise(async () => {
      process.env["PATH"] = path
      await rm(folder, { recursive: true })
    })
)

it.live("what is said reaches systemd-notify, in order", () =>
  Effect.gen(function*() {
    const { folder } = yield* program
    const systemd = yield* told({ NOTIFY_SOCKET: "/run/systemd/notify", WATCHDOG_USEC: "30000000" })
    assert.isTrue(systemd.isWanted)
    assert.strictEqual(systemd.watchdogMillis, 30_000)
    const lines = Array.from({ length: 20 }, (_, index) => `STATUS=${index}`)
    yield* Effect.forEach(lines, (line) => systemd.send(line, "WATCHDOG=1"), { concurrency: "unbounded" })
    const said = yield* Effect.promise(() => readFile(join(folder, "said"), "utf8"))
    assert.deepStrictEqual(said.trimEnd().split("\n"), lines.map((line) => `${line} WATCHDOG=1`))
  }))

it.live("a systemd that cannot be told is no failure", () =>
  Effect.gen(function*() {
    const { folder } = yield* program
    yield* Effect.promise(() => writeFile(join(folder, "systemd-notify"), "#!/bin/sh\nexit 1\n"))
    const systemd = yield* told({ NOTIFY_SOCKET: "/run/systemd/notify" })
    assert.isUndefined(systemd.watchdogMillis)
    yield* systemd.send("READY=1")
  }))

it.live("nothing is said without NOTIFY_SOCKET, or for another process", () =>
  Effect.gen(function*() {
    const { folder } = yield* program
    for (const env of [{}, { NOTIFY_SOCKET: "/run/systemd/notify", WATCHDOG_USEC: "1000", WATCHDOG_PID: "1" }]) {
      const systemd = yield* told(env)
      assert.deepInclude(systemd, { isWanted: false, watchdogMillis: undefined })
      yield* systemd.send("READY=1")
    }
    const missing = yield* Effect.promise(() => readFile(join(folder, "said")).catch(() => undefined))
    assert.isUndefined(missing)
  }))
