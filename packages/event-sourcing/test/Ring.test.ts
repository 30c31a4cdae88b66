import { assert, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { Ring } from "../src/collections/Ring.ts"

it.effect.prop(
  "keeps what a map by number would keep, however much is put in and in whatever order it is taken out",
  [Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: -40, maximum: 3 })))],
  ([moves]) =>
    Effect.sync(() => {
      const ring = new Ring<string>(4)
      const model = new Map<number, string>()
      let next = 0
      for (const move of moves) {
        if (move >= 0) {
          for (let n = 0; n <= move; n++) {
            assert.strictEqual(ring.put(`value ${next}`), next)
            model.set(next, `value ${next}`)
            next += 1
          }
        } else {
          const number = next + move
          assert.strictEqual(ring.take(number), model.get(number))
          model.delete(number)
        }
        const seen: Array<readonly [number, string]> = []
        ring.forEach((value, number) => seen.push([number, value]))
        assert.deepStrictEqual(seen, [...model])
        assert.strictEqual(ring.isEmpty, model.size === 0)
        assert.strictEqual(ring.oldest(), [...model.values()][0])
      }
    })
)

it("lets be taken out what is being looked through", () => {
  const ring = new Ring<number>(4)
  for (let n = 0; n < 10; n++) ring.put(n)
  ring.forEach((_, number) => void ring.take(number))
  assert.isTrue(ring.isEmpty)
})
