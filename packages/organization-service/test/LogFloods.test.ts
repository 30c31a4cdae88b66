import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import type { Program } from "@cim-domain/testbed/Program"
import { startReplica } from "@cim-domain/testbed/startReplica"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { join } from "node:path"
import { ask, connectionTo } from "./Client.ts"
import { command, creation, newId } from "./messages.ts"
import { hasCode, makeRequester } from "./Requester.ts"
import { serving } from "./ServingReplica.ts"

/** However often something goes wrong, the log has a line when it begins and a line when it is over. */

/** Lines that a person should look at. */
const alarms = (replica: Program) =>
  replica.log().filter(({ level }) => level === "WARN" || level === "ERROR").map(({ message }) => String(message))

/** Snapshots of 40 organizations, by a release that the next one has nothing in common with. */
const upgraded = Effect.gen(function*() {
  const { url } = yield* NatsServer.server()
  const env = { NATS_URL: url, SNAPSHOT_FREQ: "1" }
  const ids = Array.from({ length: 40 }, newId)
  yield* Effect.gen(function*() {
    const older = yield* serving(env)
    yield* Effect.forEach(ids, (id) => ask(creation(id)), { concurrency: 4 })
    assert.strictEqual(yield* older.stop, 0)
    const newer = yield* startReplica(env, join(import.meta.dirname, "newerReplica.ts"))
    yield* newer.logged("ready")
    yield* Effect.forEach(
      ids,
      (id) => ask(command("UpdateOrganization", id, { description: "kept" })),
      { concurrency: 4 }
    )
    yield* newer.says("snapshots of another release were ignored")
    assert.deepStrictEqual(alarms(newer), [])
    const about = newer.log().map(({ message }) => String(message)).filter((message) => message.includes("snapshot"))
    assert.lengthOf(about, 2)
    const [, ignored] = /^(\d+) snapshots of another release were ignored, since /.exec(about[1]!) ?? []
    // A snapshot that is due while four are saved already is left out.
    assert.isAbove(Number(ignored), 20)
  }).pipe(Effect.provide(connectionTo(url)))
})

/** A replica that is connected to the one broker of three that is left. */
const leaderless = Effect.gen(function*() {
  const { servers } = yield* NatsServer.cluster({ advertise: false })
  const [mine, ...others] = servers
  const replica = yield* serving({ NATS_URL: mine!.url })
  const requester = yield* makeRequester(mine!.url)
  const id = newId()
  yield* requester.settle(creation(id))
  const describe = (text: string) => command("UpdateOrganization", id, { description: text })

  yield* Effect.forEach(others, ({ kill }) => kill, { concurrency: 2 })
  for (let n = 0; replica.times("is within reach: commands") === 0; n++) {
    assert.isBelow(n, 40, `it says that it is cut off from the stream: ${JSON.stringify(replica.log(), undefined, 1)}`)
    yield* Effect.forEach(
      [1, 2, 3, 4],
      (k) => requester.until(describe(`${n}-${k}`), hasCode("STORE_UNAVAILABLE")),
      { concurrency: 4 }
    )
  }
  const said = alarms(replica)
  assert.strictEqual(said.filter((message) => message.includes("is within reach: commands")).length, 1)
  // One line for each reason, of which there are three.
  assert.isAtMost(said.filter((message) => message === "command not settled").length, 3)
  yield* Effect.forEach(others, ({ start }) => start, { concurrency: 2 })
  yield* requester.settle(describe("again"))
  yield* replica.says("is within reach again: ")
  assert.strictEqual(replica.times("is within reach: commands"), 1)
})

it.live(
  "snapshots of another release, a stream without a leader: said once, and once when it is over, with a count",
  () => Effect.all([upgraded, leaderless], { concurrency: 2, discard: true }),
  { timeout: 120_000 }
)
