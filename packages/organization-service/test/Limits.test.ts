import { EventTooLarge, StoreError, StoreUnavailable } from "@cim-domain/event-sourcing"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { organizationStateCodec } from "@cim-domain/organization"
import { eventually } from "@cim-domain/testbed/eventually"
import { startReplica } from "@cim-domain/testbed/startReplica"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { asOperator, createStream, startInProcess, streamState } from "./InProcess.ts"
import { command, creation, newId } from "./messages.ts"

const rename = (id: string, name: string, command_id = newId()) =>
  command("UpdateOrganization", id, { name, command_id })

/** A broker with a stream that forgets, and the first of its replicas. */
const limited = <A, E, R>(
  config: Readonly<Record<string, unknown>>,
  test: (
    url: string,
    replica: Effect.Success<ReturnType<typeof startInProcess>>
  ) => Effect.Effect<A, E, R>
) =>
  Effect.gen(function*() {
    const { url } = yield* NatsServer.server()
    return yield* asOperator(
      url,
      Effect.gen(function*() {
        yield* createStream(config)
        return yield* test(url, yield* startInProcess(url))
      })
    )
  })

type Replica = Effect.Success<ReturnType<typeof startInProcess>>

/** Three events of a new organization; gives the sequence of the last. */
const found = Effect.fnUntraced(function*({ ask }: Replica, id: string, renaming = newId()) {
  yield* ask(creation(id))
  yield* ask(rename(id, "Second", renaming))
  return (yield* ask(rename(id, "Third"))).stream_sequence!
})

/** Other organizations fill the stream until everything up to `sequence` is forgotten, with `between` after every few. */
const fillUntilForgotten = Effect.fnUntraced(function*<E, R>(
  { ask }: Replica,
  sequence: number,
  between: Effect.Effect<unknown, E, R>
) {
  while ((yield* streamState).first_seq <= sequence) {
    yield* Effect.forEach([1, 2, 3, 4, 5], () => ask(creation(newId())))
    yield* between
  }
})

/** The organization of {@link found} is what it was: it knows its commands, its name and its version, and goes on. */
const livesOn = Effect.fnUntraced(function*(url: string, id: string, renaming: string) {
  const { ask, look } = yield* startInProcess(url)
  const { state, version } = yield* look(id)
  assert.deepStrictEqual([state.organization?.name, version], ["Third", 3])
  const repeated = yield* ask(rename(id, "Second", renaming))
  assert.deepInclude(repeated, { outcome: "duplicate", version: 3 })
  assert.deepInclude(repeated.events?.[0], { version: 2, event_type: "OrganizationUpdated" })
  assert.deepInclude(yield* ask(rename(id, "Third")), { outcome: "no_change", version: 3 })
  assert.strictEqual((yield* ask(creation(id))).failure?.code, "ORGANIZATION_ALREADY_EXISTS")
  assert.deepInclude(yield* ask(rename(id, "Fourth")), { outcome: "applied", version: 4 })
  assert.deepInclude(yield* ask(rename(id, "Fifth")), { outcome: "applied", version: 5 })
  const { ask: another } = yield* startInProcess(url)
  assert.deepInclude(yield* another(rename(id, "Fifth")), { outcome: "no_change", version: 5 })
})

describe("an organization that nobody touches any more, on a stream that forgets its events", () => {
  const age = { max_age: 6_000_000_000, duplicate_window: 1_000_000_000 }

  it.live("by their age: with replicas running it lives on, without them it is gone", () => {
    const aged = (sweeping: boolean) =>
      limited(age, (url, replica) =>
        Effect.gen(function*() {
          if (sweeping) {
            const processes = yield* Effect.forEach([1, 2], () => startReplica({ NATS_URL: url }))
            yield* Effect.forEach(processes, (each) => each.logged("ready"))
          }
          const [id, renaming] = [newId(), newId()]
          yield* found(replica, id, renaming)
          yield* eventually("nothing is left", Effect.map(streamState, ({ messages }) => messages === 0))
          if (sweeping) return yield* livesOn(url, id, renaming)
          const { ask } = yield* startInProcess(url)
          assert.strictEqual((yield* ask(rename(id, "Fourth"))).failure?.code, "ORGANIZATION_NOT_FOUND")
        }))
    return Effect.all([aged(true), aged(false)], { concurrency: 2 })
  }, 60_000)

  const sized: Record<string, Readonly<Record<string, unknown>>> = {
    "by their number": { max_msgs: 40 },
    "by their size": { max_bytes: 40_000 },
    "a few of each type": { max_msgs_per_subject: 2, max_msgs: 40 }
  }
  for (const [how, config] of Object.entries(sized)) {
    it.live(`${how}: swept it lives on`, () =>
      limited(config, (url, replica) =>
        Effect.gen(function*() {
          const [id, renaming] = [newId(), newId()]
          yield* replica.ask(creation(id))
          yield* replica.sweep
          yield* replica.ask(rename(id, "Second", renaming))
          yield* replica.sweep
          const sequence = (yield* replica.ask(rename(id, "Third"))).stream_sequence!
          yield* fillUntilForgotten(replica, sequence, replica.sweep)
          yield* livesOn(url, id, renaming)
        })), 60_000)
  }

  it.live(
    "many replicas sweep at once, under load: every snapshot is as good as the last",
    () =>
      limited({ max_msgs: 60 }, (url, replica) =>
        Effect.gen(function*() {
          const replicas = [replica, yield* startInProcess(url), yield* startInProcess(url), yield* startInProcess(url)]
          const ids = Array.from({ length: 12 }, newId)
          yield* Effect.forEach(ids, (id) => replica.ask(creation(id)))
          for (let n = 2; n <= 4; n++) {
            yield* Effect.all([
              Effect.forEach(ids, (id, index) => replicas[index % 4]!.ask(rename(id, `Name ${n}`))),
              Effect.forEach(replicas, ({ sweep }) => sweep, { concurrency: 4 })
            ], { concurrency: 2 })
          }
          const { last_seq } = yield* streamState
          yield* fillUntilForgotten(
            replica,
            last_seq,
            Effect.forEach(replicas, ({ sweep }) => sweep, { concurrency: 4 })
          )
          const { ask } = yield* startInProcess(url)
          for (const id of ids) {
            assert.deepInclude(yield* ask(rename(id, "Name 4")), { outcome: "no_change", version: 4 })
          }
        })),
    60_000
  )
})

describe("what nobody can know any more is refused", () => {
  it.live(
    "events forgotten before anybody swept: what has no events left is not believed, what comes later is",
    () =>
      limited({ max_msgs: 30 }, (url, replica) =>
        Effect.gen(function*() {
          const [before, during, after] = [newId(), newId(), newId()]
          yield* found(replica, before)
          yield* fillUntilForgotten(replica, 0, Effect.void)
          // Snapshots are made in time once, then not: the last event of `during` is in none.
          const swept = yield* found(replica, during)
          yield* Effect.forEach(Array.from({ length: 16 }), () => replica.ask(creation(newId())))
          assert.isAbove(yield* replica.sweep, 0)
          const unswept = (yield* replica.ask(rename(during, "Unswept"))).stream_sequence!
          assert.isAbove(unswept, swept)
          yield* fillUntilForgotten(replica, unswept, Effect.void)
          yield* replica.sweep
          const reader = yield* startInProcess(url)
          for (const id of [before, during]) {
            const { failure } = yield* reader.ask(rename(id, "X"))
            assert.deepInclude(failure, { code: "HISTORY_TRUNCATED", details: { first_version: 4 } })
          }
          const last = yield* found(reader, after)
          yield* reader.sweep
          yield* fillUntilForgotten(reader, last, reader.sweep)
          assert.deepInclude(yield* (yield* startInProcess(url)).ask(rename(after, "X")), { version: 4 })
        })),
    60_000
  )

  it.live(
    "an organization whose snapshot is too large: the others live on, it is neither what it was nor absent",
    () =>
      limited({ max_msgs: 30 }, (url, replica) =>
        Effect.gen(function*() {
          const [older, never, fine, renaming] = [newId(), newId(), newId(), newId()]
          const tooLarge = new StoreError({ reason: new EventTooLarge({ maxBytes: 1, actualBytes: 2 }) })
          const { sweep } = yield* startInProcess(url, {
            snapshots: {
              save: (snapshot) =>
                snapshot.aggregateId === never || snapshot.aggregateId === older && snapshot.version > 1
                  ? Effect.fail(tooLarge)
                  : replica.snapshots.save(snapshot)
            }
          })
          yield* replica.ask(creation(older))
          yield* Effect.forEach(Array.from({ length: 16 }), () => replica.ask(creation(newId())))
          yield* sweep
          yield* replica.ask(rename(older, "Second"))
          yield* found(replica, never)
          yield* fillUntilForgotten(replica, yield* found(replica, fine, renaming), sweep)
          yield* livesOn(url, fine, renaming)
          const reader = yield* startInProcess(url)
          for (const [id, first_version] of [[older, 2], [never, 1]] as const) {
            for (const sent of [creation(id), rename(id, "X")]) {
              const { failure } = yield* reader.ask(sent)
              assert.deepInclude(failure, { code: "HISTORY_TRUNCATED", details: { first_version } })
            }
          }
        })),
    60_000
  )

  it.live(
    "limits put on a stream that was in use: a snapshot that lags behind is not taken for the whole",
    () =>
      Effect.gen(function*() {
        const { url } = yield* NatsServer.server()
        yield* asOperator(
          url,
          Effect.gen(function*() {
            const id = newId()
            yield* createStream({})
            const running = yield* startInProcess(url, { env: { SNAPSHOT_FREQ: "2" } })
            yield* found(running, id)
            yield* eventually("a snapshot", Effect.map(running.snapshots.latest(id), Option.isSome))
            yield* createStream({ max_msgs: 1 }, "UPDATE")
            yield* running.ask(creation(newId()))
            const fresh = yield* startInProcess(url)
            const other = yield* startInProcess(url)
            yield* other.sweep
            for (const replica of [running, fresh, other]) {
              const { failure } = yield* replica.ask(rename(id, "X"))
              assert.deepInclude(failure, { code: "HISTORY_TRUNCATED", details: { first_version: 3 } })
            }
          })
        )
      }),
    60_000
  )

  /** An organization of which nothing is left but its snapshot. */
  const dormant = Effect.fnUntraced(function*(replica: Replica) {
    const id = newId()
    const sequence = yield* found(replica, id)
    yield* replica.sweep
    yield* fillUntilForgotten(replica, sequence, replica.sweep)
    return id
  })

  it.live(
    "a snapshot that cannot be read, and no event: the organization is not taken for one that never was",
    () =>
      limited({ max_msgs: 30 }, (url, replica) =>
        Effect.gen(function*() {
          const id = yield* dormant(replica)
          const away = yield* startInProcess(url, {
            env: { COMMAND_TIMEOUT_MS: "500" },
            snapshots: {
              latest: () => Effect.fail(new StoreError({ reason: new StoreUnavailable({ detail: "no leader" }) }))
            }
          })
          for (const sent of [creation(id), rename(id, "X")]) {
            assert.deepInclude((yield* away.ask(sent)).failure, { code: "STORE_UNAVAILABLE", retryable: true })
          }
          yield* replica.socket.request(`organization.snapshots.${id}`, "damaged", { timeoutMillis: 5_000 })
          for (const sent of [creation(id), rename(id, "X"), creation(id)]) {
            assert.strictEqual((yield* replica.ask(sent)).failure?.code, "HISTORY_TRUNCATED")
          }
        })),
    60_000
  )

  it.live(
    "code with another fingerprint makes snapshots of its own while the events are there, and reads no others",
    () =>
      limited({ max_msgs: 30 }, (url, replica) =>
        Effect.gen(function*() {
          const [gone, present] = [yield* dormant(replica), newId()]
          yield* found(replica, present)
          yield* Effect.forEach(Array.from({ length: 16 }), () => replica.ask(creation(newId())))
          yield* replica.sweep
          const newer = yield* startInProcess(url, { states: { ...organizationStateCodec, fingerprint: "newer" } })
          const fingerprintOf = (id: string) =>
            Effect.map(newer.snapshots.latest(id), (saved) => Option.getOrThrow(saved).fingerprint)
          assert.strictEqual(yield* fingerprintOf(present), organizationStateCodec.fingerprint)
          assert.isAbove(yield* newer.sweep, 0)
          assert.strictEqual(yield* fingerprintOf(present), "newer")
          // What only the older code can read is left to it.
          assert.strictEqual(yield* fingerprintOf(gone), organizationStateCodec.fingerprint)
        })),
    60_000
  )

  it.live("a stream without limits is not asked anything", () =>
    limited({}, (_url, replica) =>
      Effect.gen(function*() {
        assert.deepStrictEqual((yield* replica.measure(replica.sweep)).requests, [])
      })))
})
