import { among, listOf, orNull, upTo } from "@cim-domain/commands/testing/valueArbitraries"
import { assert, it } from "@effect/vitest"
import { Arbitrary } from "effect"
import { VersionedMap } from "../src/units/VersionedMap.ts"
import { arbitrary } from "./lawRuns.ts"

const step = Arbitrary.all({
  key: upTo(12),
  value: orNull(upTo(5)),
  /** From which version the step goes on: 0 = the newest, else that many before it. */
  back: among(0, 0, 0, 1, 2, 5, 20),
  /** A version that is asked in between, counted likewise. */
  asked: among(0, 0, 1, 9)
})

it.prop("every version of a map holds what was put into it on the way there", [listOf(step, 60)], ([steps]) => {
  const versions: Array<readonly [VersionedMap<string, number>, ReadonlyMap<string, number>]> = [
    [VersionedMap.empty(), new Map()]
  ]
  const requireSame = ([actual, model]: (typeof versions)[number]) => {
    for (let key = 0; key <= 12; key++) {
      assert.strictEqual(actual.get(String(key)), model.get(String(key)))
      assert.strictEqual(actual.has(String(key)), model.has(String(key)))
    }
    assert.deepStrictEqual<unknown>(actual, model)
  }
  const before = (back: number) => versions[Math.max(0, versions.length - 1 - back)]!
  for (const { asked, back, key, value } of steps) {
    const [actual, model] = before(back)
    const next = new Map(model)
    if (value === null) next.delete(String(key))
    else next.set(String(key), value)
    versions.push([actual.with(String(key), value ?? undefined), next])
    requireSame(before(asked))
  }
  for (const version of [...versions, ...versions.toReversed()]) requireSame(version)
}, { arbitrary })
