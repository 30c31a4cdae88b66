import { brokenLaws, law, registerLaws } from "@cim-domain/event-sourcing/testing/Law"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Effect, Schema } from "effect"

const small = Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 9 })))

const holding = law("a number is itself", 20, [small], ([number]) => number === number)
const laws = [
  holding,
  law("what gives nothing holds", 20, [small, small], () => undefined),
  law("every number is below 9", 200, [small], ([number]) => assert.isBelow(number, 9)),
  law("every number is 0", 200, [small], ([number]) => number === 0),
  law("no value can be made", 20, [Arbitrary.map(small, (): number => assert.fail("no such value"))], () => true),
  law("no value is right", 20, [Arbitrary.filter(small, () => false)], () => true)
]

describe("laws", () => {
  registerLaws("registered", [holding])

  it.effect("that are broken are found, each with why", () =>
    Effect.gen(function*() {
      const found = new Map((yield* brokenLaws(laws)).map(({ law, why }) => [law, why]))
      assert.deepStrictEqual([...found.keys()], laws.slice(2).map(({ name }) => name))
      assert.match(found.get("every number is below 9")!, /expected 9 to be below 9/)
      assert.match(found.get("every number is 0")!, /returned false/)
      assert.match(found.get("no value can be made")!, /no such value/)
      assert.match(found.get("no value is right")!, /exhausted/)
    }))
})
