import { SnapshotStore } from "@cim-domain/event-sourcing/SnapshotStore"
import { makeAggregateId } from "@cim-domain/event-sourcing/testing/eventStoreContract"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { assert, describe, it } from "@effect/vitest"
import { headers, type MsgHdrs } from "@nats-io/nats-core"
import type { NatsConnection as Client } from "@nats-io/transport-node"
import { Effect, Layer, Option } from "effect"
import { randomBytes } from "node:crypto"
import { api, type LogEntry, operator, recorded } from "./Broker.ts"
import { make, onServer } from "./SavedSnapshots.ts"

/** What somebody who may write to the stream can do to the snapshots of one aggregate. */
interface Tampering {
  readonly id: string
  readonly subject: string
  readonly client: Client
  readonly store: SnapshotStore["Service"]
  readonly logged: ReadonlyArray<LogEntry>
  readonly put: (subject: string, body: Uint8Array | string, own?: MsgHdrs) => Effect.Effect<unknown>
  /** That there is no snapshot to be had now, and that nobody hears of it in the log. */
  readonly expectDamaged: (what: string) => Effect.Effect<void>
}

const tampering = <E, R>(test: (given: Tampering) => Effect.Effect<void, E, R>) =>
  Effect.gen(function*() {
    const server = yield* NatsServer.server({ maxPayloadBytes: 65_536 })
    const client = yield* operator(server.url)
    const logged: Array<LogEntry> = []
    yield* Effect.gen(function*() {
      const store = yield* SnapshotStore
      const id = makeAggregateId()
      yield* test({
        client,
        id,
        subject: `things.snapshots.${id}`,
        store,
        logged,
        put: (subject, body, own) =>
          Effect.promise(() =>
            client.request(subject, body, { timeout: 5_000, ...(own === undefined ? {} : { headers: own }) })
          ),
        expectDamaged: Effect.fnUntraced(function*(what) {
          const before = logged.length
          const { reason } = yield* Effect.orDie(Effect.flip(store.latest(id)))
          assert.deepInclude(reason, {
            _tag: "UnexpectedAnswer",
            detail: `the snapshot of ${id} is damaged or of an unknown kind`
          }, what)
          assert.deepStrictEqual(logged.slice(before), [], what)
        })
      })
    }).pipe(Effect.provide(Layer.provideMerge(onServer(server), recorded(logged))))
  })

/** The last message of a subject: its body, and how to copy its headers with changes. */
const lastStored = Effect.fnUntraced(function*(client: Client, subject: string) {
  const found = yield* api(client, "STREAM.MSG.GET.SNAPSHOTS", { last_by_subj: subject })
  const { message } = found as unknown as { message: { hdrs: string; data: string } }
  const original = Buffer.from(message.hdrs, "base64").toString().split("\r\n").filter((line) => line.startsWith("X-"))
  const copied = (changes: Record<string, string>) => {
    const own = headers()
    for (const line of original) own.set(line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2))
    for (const name in changes) own.set(name, changes[name]!)
    return own
  }
  return { body: Buffer.from(message.data, "base64"), copied }
})

describe("a snapshot that somebody has tampered with", () => {
  it.live("whatever does not add up is refused without a word in the log", () =>
    tampering(({ client, expectDamaged, id, put, store, subject }) =>
      Effect.gen(function*() {
        yield* put(subject, "not ours")
        yield* expectDamaged("a message of somebody else")
        yield* store.save(make(id, 1))
        const { body, copied } = yield* lastStored(client, subject)
        yield* put(subject, body, copied({}))
        assert.deepStrictEqual(yield* store.latest(id), Option.some(make(id, 1)), "a faithful copy is fine")
        const changes = [
          { "X-Snapshot-Version": "9" },
          { "X-Snapshot-Position": "11" },
          { "X-Snapshot-Event-ID": "other" },
          { "X-Snapshot-Incarnation": "other" },
          { "X-Snapshot-Fingerprint": "other" },
          { "X-Snapshot-Checksum": "0".repeat(64) },
          { "X-Snapshot-Parts": "2" },
          { "X-Snapshot-Parts": "many" },
          { "X-Snapshot-Bytes": "1" }
        ]
        for (const change of changes) {
          yield* put(subject, body, copied(change))
          yield* expectDamaged(JSON.stringify(change))
        }
        yield* put(subject, "broken", copied({ "X-Snapshot-Bytes": "6", "Content-Encoding": "deflate" }))
        yield* expectDamaged("a body that does not inflate")
      })
    ))

  it.live("what does not add up can be replaced or forgotten", () =>
    tampering(({ client, expectDamaged, id, logged, put, store, subject }) =>
      Effect.gen(function*() {
        yield* store.save(make(id, 1))
        const { body, copied } = yield* lastStored(client, subject)
        yield* put(subject, body, copied({ "X-Snapshot-Position": "999999999" }))
        yield* store.save(make(id, 3))
        yield* expectDamaged("one that is newer by what it says stays")
        const before = logged.length
        yield* store.forget(id)
        assert.deepStrictEqual(yield* store.latest(id), Option.none())
        assert.deepStrictEqual(logged.slice(before), [])
        yield* store.save(make(id, 3))
        assert.deepStrictEqual(yield* store.latest(id), Option.some(make(id, 3)), "until it is forgotten")

        const large = make(id, 20, randomBytes(100_000).toString("hex"))
        yield* store.save(large)
        yield* put(`${subject}.2`, randomBytes(1_000))
        yield* expectDamaged("a part of somebody else")
        yield* store.save(large)
        assert.deepStrictEqual(yield* store.latest(id), Option.some(large))
        yield* store.forget(id)
        yield* store.forget(id)
        assert.deepStrictEqual(yield* store.latest(id), Option.none(), "one in parts is forgotten too")
        yield* store.save(make(id, 1))
        assert.deepStrictEqual(yield* store.latest(id), Option.some(make(id, 1)))
      })
    ))
})
