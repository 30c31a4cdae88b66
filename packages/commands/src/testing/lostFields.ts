import { Arbitrary, Effect, Result, Schema } from "effect"
import { describedValues, type SchemaArbitraryOptions } from "./schemaArbitrary.ts"

const samples = 60

/**
 * The places within a field whose values are all the same, or gone, once they have been written and read again, although they were
 * not: whoever stores them loses them. That a value comes back in another form is no loss.
 */
export const lostFields = (
  field: Schema.Codec<unknown, unknown>,
  options: SchemaArbitraryOptions
): ReadonlyArray<string> => {
  const [write, read] = [Schema.encodeUnknownResult(field), Schema.decodeUnknownResult(field)]
  const before = new Map<string, Set<string>>()
  const after = new Map<string, Set<string>>()
  const values = Effect.runSync(
    Effect.orDie(Arbitrary.sampleEffect(describedValues(field, options), { count: samples, seed: 1 }))
  )
  for (const value of values) {
    const again = attempt(() => Result.flatMap(write(value), read))
    if (again === undefined || Result.isFailure(again)) continue
    note(before, "", value)
    note(after, "", again.success)
  }
  return Array.from(before).flatMap(([place, different]) =>
    different.size > 1 && (after.get(place)?.size ?? 0) < 2 ? [place] : []
  )
}

/** What cannot be written or read is for other laws. */
const attempt = <A>(evaluate: () => A): A | undefined => {
  try {
    return evaluate()
  } catch {
    return undefined
  }
}

const note = (all: Map<string, Set<string>>, place: string, value: unknown): void => {
  if (Array.isArray(value)) {
    note(all, `${place}.length`, value.length)
    for (const item of value) note(all, `${place}[]`, item)
  } else if (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    for (const [name, member] of Object.entries(value)) note(all, `${place}.${name}`, member)
  } else {
    const different = all.get(place) ?? new Set()
    all.set(place, different.add(String(value)))
  }
}
