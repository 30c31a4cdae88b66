import { assert, layer } from "@effect/vitest"
import { Effect, type Layer, Option, Random } from "effect"
import { type Snapshot, SnapshotStore } from "../store/SnapshotStore.ts"
import { makeAggregateId } from "./eventStoreContract.ts"

const makeSnapshot = (aggregateId: string, version: number, changes: Partial<Snapshot> = {}): Snapshot => ({
  aggregateId,
  version,
  position: version * 10,
  eventId: `event «${version}»`,
  incarnation: "2026-01-01T00:00:00.000000001Z",
  fingerprint: "thing-1",
  state: JSON.stringify({ version, name: "Łódź 🏭" }),
  ...changes
})

/** Text that does not compress: `bytes` characters. */
const noise = (bytes: number) =>
  Effect.gen(function*() {
    let text = ""
    while (text.length < bytes) text += (yield* Random.nextIntBetween(0, 2 ** 31)).toString(36)
    return text.slice(0, bytes)
  })

/** What every snapshot store must do. Registers tests; one store is built from `stores` and shared by all of them. */
export const snapshotStoreContract = <E>(name: string, stores: Layer.Layer<SnapshotStore, E>): void =>
  layer(stores, { timeout: "60 seconds", excludeTestServices: true })(`snapshot store contract: ${name}`, (it) => {
    const saved = Effect.fnUntraced(function*(...snapshots: ReadonlyArray<Snapshot>) {
      const store = yield* SnapshotStore
      for (const snapshot of snapshots) yield* store.save(snapshot)
      return yield* store.latest(snapshots[0]!.aggregateId)
    })

    it.effect("an aggregate without a snapshot has none", () =>
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* (yield* SnapshotStore).latest(makeAggregateId()), Option.none())
      }))

    it.effect("the latest is what was saved last, field for field", () =>
      Effect.gen(function*() {
        const id = makeAggregateId()
        const [one, two] = [makeSnapshot(id, 1), makeSnapshot(id, 2)]
        assert.deepStrictEqual(yield* saved(one), Option.some(one))
        assert.deepStrictEqual(yield* saved(one, two), Option.some(two))
      }))

    it.effect("one that is larger than the reader wants it is refused, however well it compresses", () =>
      Effect.gen(function*() {
        const store = yield* SnapshotStore
        for (const state of ["x".repeat(3_000_000), yield* noise(1_000_000), "a little"]) {
          const one = makeSnapshot(makeAggregateId(), 1, { state })
          yield* store.save(one)
          assert.deepStrictEqual(yield* store.latest(one.aggregateId, state.length), Option.some(one))
          const { reason } = yield* Effect.flip(store.latest(one.aggregateId, state.length - 1))
          assert(reason._tag === "StateTooLarge")
          assert.deepInclude(reason, { aggregateId: one.aggregateId, maxBytes: state.length - 1 })
        }
      }))

    it.effect("an older one never replaces a newer one", () =>
      Effect.gen(function*() {
        const id = makeAggregateId()
        const newer = makeSnapshot(id, 9)
        assert.deepStrictEqual(yield* saved(newer, makeSnapshot(id, 8)), Option.some(newer))
      }))

    it.effect("another life of the event store replaces whatever is there", () =>
      Effect.gen(function*() {
        const id = makeAggregateId()
        const reborn = makeSnapshot(id, 1, { incarnation: "2026-02-02T00:00:00Z" })
        assert.deepStrictEqual(yield* saved(makeSnapshot(id, 9), reborn), Option.some(reborn))
      }))

    it.effect("the last event may have no id", () =>
      Effect.gen(function*() {
        const anonymous = makeSnapshot(makeAggregateId(), 1, { eventId: null })
        assert.deepStrictEqual(yield* saved(anonymous), Option.some(anonymous))
      }))

    it.effect("another fingerprint at the same position replaces", () =>
      Effect.gen(function*() {
        const id = makeAggregateId()
        const upgraded = makeSnapshot(id, 9, { fingerprint: "thing-2" })
        assert.deepStrictEqual(yield* saved(makeSnapshot(id, 9), upgraded), Option.some(upgraded))
      }))

    it.effect(
      "a state of 3 MiB that does not compress survives, and a small one after it",
      () =>
        Effect.gen(function*() {
          const id = makeAggregateId()
          const large = makeSnapshot(id, 1, { state: yield* noise(3 * 1_048_576) })
          const stored = yield* saved(large)
          assert.isTrue(Option.isSome(stored) && stored.value.state === large.state)
          const small = makeSnapshot(id, 2)
          assert.deepStrictEqual(yield* saved(large, small), Option.some(small))
        }),
      { timeout: 60_000 }
    )

    it.effect("a forgotten one is gone, and is replaced by whatever comes", () =>
      Effect.gen(function*() {
        const store = yield* SnapshotStore
        const id = makeAggregateId()
        yield* store.forget(id)
        yield* store.save(makeSnapshot(id, 9))
        yield* store.forget(id)
        assert.deepStrictEqual(yield* store.latest(id), Option.none())
        const older = makeSnapshot(id, 1)
        assert.deepStrictEqual(yield* saved(older), Option.some(older))
      }))

    it.effect("of many savers at once the newest stays", () =>
      Effect.gen(function*() {
        const store = yield* SnapshotStore
        const id = makeAggregateId()
        const snapshots = Array.from({ length: 12 }, (_, n) => makeSnapshot(id, ((n * 5) % 12) + 1))
        yield* Effect.forEach(snapshots, store.save, { concurrency: "unbounded", discard: true })
        assert.deepStrictEqual(yield* store.latest(id), Option.some(makeSnapshot(id, 12)))
      }))
  })
