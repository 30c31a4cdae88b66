import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Result } from "effect"
import { execFile } from "node:child_process"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { creation, newId } from "./messages.ts"
import { hasCode, makeRequester } from "./Requester.ts"
import { serving } from "./ServingReplica.ts"

const run = promisify(execFile)

const temporaryFolder = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "broker-test-"))),
  (path) => Effect.promise(() => rm(path, { recursive: true }))
)

/** A disk of 12 MiB in memory, `undefined` where none can be mounted. */
const smallDisk = Effect.acquireRelease(
  Effect.promise(async () => {
    const path = await mkdtemp(join(tmpdir(), "small-disk-"))
    const mounted = await run("mount", ["-t", "tmpfs", "-o", "size=12m", "tmpfs", path]).then(() => true, () => false)
    return { path, mounted }
  }),
  ({ mounted, path }) =>
    Effect.promise(async () => {
      if (mounted) await run("umount", [path])
      await rm(path, { recursive: true })
    })
)

/** Something of 64 KiB to store. */
const large = (id: string) => creation(id, { metadata: { text: "x".repeat(60_000) } })

describe("policies of storage", () => {
  it.live(
    "a broker whose limit of storage is reached answers that it is full, and goes on when there is room",
    () =>
      Effect.gen(function*() {
        const store = yield* temporaryFolder
        const broker = yield* NatsServer.server({
          jetstream: false,
          config: `jetstream { store_dir: "${store}", max_file_store: 1MB }`
        })
        const replica = yield* serving({ NATS_URL: broker.url })
        const { api, settle, tryOnce, typesOf, until } = yield* makeRequester(broker.url)
        yield* api("STREAM.CREATE.OTHER", { name: "OTHER", subjects: ["other"], storage: "file" })
        const fill = { subject: "other", body: "x".repeat(100_000) }
        const stored = (heard: Effect.Success<ReturnType<typeof tryOnce>>) => !("error" in Result.getOrThrow(heard))
        while (stored(yield* tryOnce(fill))) yield* Effect.void
        const refused = newId()
        yield* until(large(refused), hasCode("STORE_UNAVAILABLE"))
        const line = replica.log().find(({ message }) => message === "command not settled")
        assert.match(String(line?.annotations["reason"]), /^store full: /)
        yield* api("STREAM.PURGE.OTHER")
        assert.strictEqual((yield* settle(large(refused))).outcome, "applied")
        assert.lengthOf(yield* typesOf(refused), 1)
      }),
    { timeout: 60_000 }
  )

  it.live(
    "a disk that is full at the broker: commands are retryable and none is lost; with room again and the broker restarted, they pass",
    (context) =>
      Effect.gen(function*() {
        const disk = yield* smallDisk
        if (!disk.mounted) {
          const reason = "skipped: a small disk can only be mounted by root"
          yield* Effect.logWarning(reason)
          return context.skip(reason) // said in the log, because reporters do not
        }
        const broker = yield* NatsServer.server({ storeFolder: join(disk.path, "store") })
        yield* serving({ NATS_URL: broker.url })
        const requester = yield* makeRequester(broker.url)
        const before = newId()
        yield* requester.settle(large(before))
        const ballast = join(disk.path, "ballast")
        yield* Effect.ignore(Effect.tryPromise(() => writeFile(ballast, Buffer.alloc(12 * 1_048_576))))
        const refused = newId()
        yield* requester.until(large(refused), hasCode("STORE_UNAVAILABLE"))
        assert.include(yield* broker.log, "no space left on device")
        yield* Effect.promise(() => rm(ballast))
        yield* broker.restart
        assert.include(["applied", "duplicate"], (yield* requester.settle(large(refused))).outcome)
        for (const id of [before, refused]) assert.lengthOf(yield* requester.typesOf(id), 1)
      }),
    { timeout: 60_000 }
  )
})
