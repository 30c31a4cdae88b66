import { assert, describe, it } from "@effect/vitest"
import { retentionOf } from "../src/stream/retentionOf.ts"
import type { StreamConfig } from "../src/stream/StreamApi.ts"
import { snapshotSettingsWarnings } from "../src/stream/streamSettings.ts"

const now = "2026-05-05T12:00:00Z"
const second = 1_000_000_000

const of = (config: Omit<StreamConfig, "name">, bytes = 500) =>
  retentionOf(
    {
      config: { name: "S", ...config },
      created: now,
      ts: now,
      state: { first_seq: 11, last_seq: 110, bytes }
    },
    0
  )

describe("what the limits of a stream mean", () => {
  it("no limits, or limits that refuse new events instead: nothing is forgotten", () => {
    assert.isUndefined(of({}))
    assert.isUndefined(of({ max_age: 0, max_msgs: -1, max_bytes: -1, max_msgs_per_subject: -1, discard: "old" }))
    assert.isUndefined(of({ max_msgs: 10, max_bytes: 10, discard: "new" }))
    assert.isUndefined(of({ max_msgs_per_subject: 10, discard: "new", discard_new_per_subject: true }))
    assert.isDefined(of({ max_msgs_per_subject: 10, discard: "new" }))
  })

  it("age: due is what has lived for half of it by the clock of the broker, and there are twenty looks at most in its time", () => {
    const retention = of({ max_age: 60 * second })
    assert.deepStrictEqual(retention, {
      firstPosition: 11,
      dueBefore: Date.parse(now) - 30_000,
      dueUpTo: 0,
      lookAgainMillis: 3_000
    })
    assert.strictEqual(of({ max_age: 86_400 * second })?.lookAgainMillis, 10_000)
    assert.strictEqual(of({ max_age: second / 10 })?.lookAgainMillis, 50)
  })

  it("number: due is what is not among the last half", () =>
    assert.deepInclude(of({ max_msgs: 40 }), { dueUpTo: 90, dueBefore: 0, lookAgainMillis: 1_000 }))

  it("size: nothing until the stream is half full, then everything", () => {
    assert.deepInclude(of({ max_bytes: 1_000 }, 500), { dueUpTo: 0 })
    assert.deepInclude(of({ max_bytes: 1_000 }, 501), { dueUpTo: 110 })
  })

  it("number of each type: everything", () => assert.deepInclude(of({ max_msgs_per_subject: 5 }), { dueUpTo: 110 }))

  it("several: whatever comes first", () =>
    assert.deepInclude(of({ max_age: 60 * second, max_msgs: 40, max_bytes: 10_000 }), {
      dueBefore: Date.parse(now) - 30_000,
      dueUpTo: 90,
      lookAgainMillis: 1_000
    }))
})

it("limits of the stream of snapshots are named", () => {
  assert.deepStrictEqual(snapshotSettingsWarnings({ name: "S", max_msgs_per_subject: 1, discard: "old" }), [])
  assert.deepStrictEqual(
    snapshotSettingsWarnings({ name: "S", max_age: 1, max_msgs: 5, max_bytes: 5, storage: "memory" }),
    ["max_age", "max_msgs", "max_bytes", "memory storage"].map((name) => `stream S: forgets snapshots (${name})`)
  )
})
