import { assert, it } from "@effect/vitest"
import { behindMin, snapshotIsDue } from "../src/aggregate/snapshotIsDue.ts"

const ids = Array.from({ length: 1_000 }, (_, n) => `0198c0de-0000-7000-8000-${n.toString(16).padStart(12, "0")}`)

/** The versions at which snapshots are made when each that is due is. */
const made = (id: string, snapshotEvery: number, upTo: number): ReadonlyArray<number> => {
  const versions: Array<number> = []
  for (let version = 1; version <= upTo; version++) {
    if (snapshotIsDue(id, version, versions.at(-1) ?? 0, snapshotEvery)) versions.push(version)
  }
  return versions
}

it("snapshots are made as many events apart as is set, the first when there are so many at the latest", () => {
  for (const snapshotEvery of [1, 2, 3, 4, 5, 7, 20, 100]) {
    for (const id of ids.slice(0, 100)) {
      const [first, ...others] = made(id, snapshotEvery, 10 * snapshotEvery)
      assert.isAtMost(first!, snapshotEvery)
      assert.isAtLeast(first!, Math.min(behindMin, snapshotEvery))
      assert.deepStrictEqual(others, Array.from({ length: 9 }, (_, n) => first! + (n + 1) * snapshotEvery))
    }
  }
})

it("whoever did not see it made takes the same event for the one that makes it due, or one that comes later", () => {
  for (const id of ids.slice(0, 10)) {
    for (const version of made(id, 20, 200)) {
      for (let seen = 0; seen < version; seen++) assert.isTrue(snapshotIsDue(id, version, seen, 20))
      for (let later = version; later < version + 20; later++) {
        assert.isFalse(snapshotIsDue(id, later, version, 20))
        assert.isTrue(snapshotIsDue(id, later, version - 1, 20))
      }
    }
  }
})

it("of many aggregates that grow side by side few are due at the same version", () => {
  const due = new Map<number, number>()
  for (const id of ids) {
    for (const version of made(id, 100, 1_000)) due.set(version, (due.get(version) ?? 0) + 1)
  }
  assert.isAtMost(Math.max(...due.values()), ids.length / 25)
})
