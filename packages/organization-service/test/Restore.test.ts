import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { eventually } from "@cim-domain/testbed/eventually"
import { assert, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { cp, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { backup, removeEvents, restore } from "./Backup.ts"
import { api, asOperator, startInProcess } from "./InProcess.ts"
import { command, creation, newId } from "./messages.ts"

const stream = "ORGANIZATION_EVENTS"

const created = Effect.map(api<{ readonly created: string }>(`STREAM.INFO.${stream}`), (info) => info.created)

const rename = (id: string, name: string) => command("UpdateOrganization", id, { name })

/** Two organizations with two events each. */
const twoOrganizations = Effect.fnUntraced(function*(url: string) {
  const { ask } = yield* startInProcess(url)
  const ids = [newId(), newId()] as const
  for (const id of ids) {
    yield* ask(creation(id))
    yield* ask(rename(id, "Kept"))
  }
  return ids
})

/** Events 5 to 8 of the stream, and snapshots that end with them. */
const lostLater = Effect.fnUntraced(function*(url: string, ids: readonly [string, string]) {
  const { ask, snapshots } = yield* startInProcess(url, { env: { SNAPSHOT_FREQ: "4" } })
  for (const id of ids) {
    yield* ask(rename(id, "Lost"))
    assert.deepInclude(yield* ask(rename(id, "Lost too")), { outcome: "applied", version: 4 })
  }
  for (const id of ids) yield* eventually("a snapshot", Effect.map(snapshots.latest(id), Option.isSome))
})

/**
 * Events 5 to 10 as others wrote them after the restoration, of one organization up to the version of its snapshot, of the
 * other beyond it: both are read as they are, and the snapshots are replaced.
 */
const otherHistory = Effect.fnUntraced(function*(url: string, [one, two]: readonly [string, string]) {
  const writer = yield* startInProcess(url, {
    env: { SNAPSHOT_FREQ: "1000000" },
    snapshots: { latest: () => Effect.succeedNone }
  })
  const events = [[one, "B"], [one, "C"], [two, "B"], [two, "C"], [two, "D"], [two, "E"]] as const
  for (const [n, [id, name]] of events.entries()) {
    assert.strictEqual((yield* writer.ask(rename(id, name))).stream_sequence, 5 + n)
  }
  const { ask } = yield* startInProcess(url)
  assert.deepInclude(yield* ask(rename(one, "C")), { outcome: "no_change", version: 4 })
  assert.deepInclude(yield* ask(rename(two, "E")), { outcome: "no_change", version: 6 })
})

it.live(
  "a snapshot that describes events which a restored backup does not have is not believed",
  () =>
    Effect.gen(function*() {
      const { url } = yield* NatsServer.server()
      yield* asOperator(
        url,
        Effect.gen(function*() {
          const ids = yield* twoOrganizations(url)
          const [saved, incarnation] = [yield* backup, yield* created]
          yield* lostLater(url, ids)
          yield* removeEvents
          yield* restore(saved)
          assert.notStrictEqual(yield* created, incarnation)
          yield* otherHistory(url, ids)
        })
      )
    }),
  60_000
)

it.live("nor is one that describes events which the disk of the broker lost", () =>
  Effect.gen(function*() {
    const folder = yield* Effect.acquireRelease(
      Effect.promise(() => mkdtemp(join(tmpdir(), "restore-"))),
      (path) => Effect.promise(() => rm(path, { recursive: true, force: true }))
    )
    const server = yield* NatsServer.server({ storeFolder: join(folder, "store") })
    const files = join(folder, "store", "jetstream", "$G", "streams", stream)
    const replaceFiles = (from: string, to: string) =>
      Effect.promise(async () => {
        await rm(to, { recursive: true, force: true })
        await cp(from, to, { recursive: true })
      })
    const whileStopped = (effect: Effect.Effect<void>) =>
      Effect.andThen(Effect.andThen(server.stop, effect), server.start)
    const atTheBroker = <A, E, R>(effect: Effect.Effect<A, E, R>) => asOperator(server.url, Effect.scoped(effect))

    const ids = yield* atTheBroker(twoOrganizations(server.url))
    yield* whileStopped(replaceFiles(files, join(folder, "earlier")))
    const incarnation = yield* atTheBroker(created)
    yield* atTheBroker(lostLater(server.url, ids))
    yield* whileStopped(replaceFiles(join(folder, "earlier"), files))
    assert.strictEqual(yield* atTheBroker(created), incarnation, "the incarnation does not tell")
    yield* atTheBroker(otherHistory(server.url, ids))
  }), 60_000)
