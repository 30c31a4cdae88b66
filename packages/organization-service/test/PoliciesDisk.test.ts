import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { temporaryFolder } from "@cim-domain/nats/testing/temporaryFolder"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Result } from "effect"
import { execFile } from "node:child_process"
import { mkdir, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"
import { creation, newId } from "./messages.ts"
import { hasCode, makeRequester } from "./Requester.ts"
import { serving } from "./ServingReplica.ts"

const run = promisify(execFile)

/** A disk of 12 MiB in memory, mounted on a new folder of this name. `undefined` where none can be mounted. */
const smallDisk = Effect.fnUntraced(function*(name: string) {
  const folder = yield* temporaryFolder
  const path = join(folder, name)
  const mounted = yield* Effect.acquireRelease(
    Effect.promise(async () => {
      await mkdir(path)
      return run("mount", ["-t", "tmpfs", "-o", "size=12m", "tmpfs", path]).then(() => true, () => false)
    }),
    (isMounted) => Effect.promise(async () => void (isMounted && await run("umount", [path])))
  )
  const ballast = join(path, "ballast")
  return mounted
    ? {
      folder,
      fill: Effect.ignore(Effect.tryPromise(() => writeFile(ballast, Buffer.alloc(12 * 1_048_576)))),
      free: Effect.promise(() => rm(ballast))
    }
    : undefined
})

const noDisk = "skipped: a small disk can only be mounted by root"

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
        for (let n = 0; n < 20; n++) yield* until(large(newId()), hasCode("STORE_UNAVAILABLE"))
        const lines = replica.log().filter(({ level }) => level === "WARN" || level === "ERROR")
        assert.deepStrictEqual(lines.map(({ level }) => level), ["ERROR"])
        assert.match(String(lines[0]?.message), /^stream ORGANIZATION_EVENTS is full: /)
        yield* api("STREAM.PURGE.OTHER")
        assert.strictEqual((yield* settle(large(refused))).outcome, "applied")
        assert.lengthOf(yield* typesOf(refused), 1)
        yield* replica.says("takes events again")
        const over = replica.log().find(({ message }) =>
          /^stream ORGANIZATION_EVENTS takes events again: it was full for \d+\.\d s, /.test(String(message))
        )
        assert.isAtLeast(Number(over?.annotations["count"]), 21)
        assert.isNotNaN(Date.parse(String(over?.annotations["since"])))
      }),
    { timeout: 60_000 }
  )

  it.live(
    "a disk that is full at the broker: commands are retryable and none is lost; with room again and the broker restarted, they pass",
    (context) =>
      Effect.gen(function*() {
        const disk = yield* smallDisk("store")
        if (disk === undefined) {
          yield* Effect.logWarning(noDisk)
          return context.skip(noDisk) // said in the log, because reporters do not
        }
        const broker = yield* NatsServer.server({ storeFolder: join(disk.folder, "store") })
        yield* serving({ NATS_URL: broker.url })
        const requester = yield* makeRequester(broker.url)
        const before = newId()
        yield* requester.settle(large(before))
        yield* disk.fill
        const refused = newId()
        yield* requester.until(large(refused), hasCode("STORE_UNAVAILABLE"))
        assert.include(yield* broker.log, "no space left on device")
        yield* disk.free
        yield* broker.restart
        assert.include(["applied", "duplicate"], (yield* requester.settle(large(refused))).outcome)
        for (const id of [before, refused]) assert.lengthOf(yield* requester.typesOf(id), 1)
      }),
    { timeout: 60_000 }
  )

  it.live(
    "a disk that is full at the leader of three brokers: another one leads, nothing is lost, and after room and a restart it takes part again",
    (context) =>
      Effect.gen(function*() {
        const disk = yield* smallDisk("n1")
        if (disk === undefined) {
          yield* Effect.logWarning(noDisk)
          return context.skip(noDisk) // said in the log, because reporters do not
        }
        const { servers, url } = yield* NatsServer.cluster({
          stores: ["n1", "n2", "n3"].map((name) => join(disk.folder, name))
        })
        yield* serving({ NATS_URL: url })
        const { leadBy, leader, settle, typesOf } = yield* makeRequester(url)
        const ids = Array.from({ length: 8 }, newId)
        yield* settle(large(ids[0]!))
        yield* leadBy("n1")
        yield* disk.fill
        for (const id of ids.slice(1)) {
          assert.include(["applied", "duplicate"], (yield* settle(large(id))).outcome)
        }
        assert.notStrictEqual(yield* leader, "n1")
        yield* disk.free
        yield* servers[0]!.restart
        yield* leadBy("n1")
        assert.deepStrictEqual(yield* Effect.forEach(ids, typesOf), ids.map(() => ["OrganizationCreated"]))
      }),
    { timeout: 120_000 }
  )
})
