import { choice, choiceOrOther } from "@cim-domain/commands/fields/choice"
import { clearable } from "@cim-domain/commands/fields/clearable"
import { Code } from "@cim-domain/commands/fields/Code"
import { entityId, identifier, plainId } from "@cim-domain/commands/fields/Identifier"
import { Metadata, StoredMetadata } from "@cim-domain/commands/fields/Metadata"
import { defaulted, nullable, omittedWhenNull } from "@cim-domain/commands/fields/nullable"
import { quantity } from "@cim-domain/commands/fields/Quantity"
import { Description, Label, Name, text } from "@cim-domain/commands/fields/text"
import { textList } from "@cim-domain/commands/fields/textList"
import { timestamp } from "@cim-domain/commands/fields/Timestamp"
import { MessageIdentity } from "@cim-domain/commands/protocol/MessageIdentity"
import { among } from "@cim-domain/commands/testing/valueArbitraries"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Effect, Result, Schema } from "effect"
import { schemaArbitrary } from "../src/testing/schemaArbitrary.ts"

const ThingId = identifier("ThingId")

/** Everything that a field may be: those of the package, and ordinary schemas. */
const fields: Readonly<Record<string, Schema.Codec<any, any>>> = {
  entityId: entityId(ThingId),
  plainId: plainId(ThingId),
  nullable: nullable(entityId(ThingId)),
  defaulted: defaulted(Name, "x"),
  omittedWhenNull: omittedWhenNull(Name),
  choice: choice(["A", "B"]),
  choiceOrOther: choiceOrOther(["A"], Label),
  Code,
  Description,
  text: text(2, 10),
  "a checked text": text(3, 254, "name").check(Schema.isPattern(/^[^\s@]+@[^\s@]+$/)),
  textList: textList(50),
  "a textList that may be missing": defaulted(textList(20), []),
  quantity: quantity(1, 255),
  timestamp,
  Metadata,
  StoredMetadata,
  clearable: clearable(["a", "b"]),
  MessageIdentity,
  Finite: Schema.Finite,
  Int: Schema.Int,
  Boolean: Schema.Boolean,
  Tuple: Schema.Tuple([Schema.String, Schema.Int]),
  Record: Schema.Record(Schema.String, Schema.Int),
  optionalKey: Schema.Struct({ x: Schema.optionalKey(Schema.String) }),
  optional: Schema.Struct({ x: Schema.optional(Schema.String) }),
  NullOr: Schema.NullOr(Schema.Struct({ lat: Schema.Finite, lng: Schema.Finite })),
  DateFromString: Schema.DateFromString,
  NonEmptyArray: Schema.NonEmptyArray(entityId(ThingId)),
  TemplateLiteral: Schema.TemplateLiteral(["a-", Schema.Int]),
  OptionFromNullOr: Schema.OptionFromNullOr(Schema.String),
  NumberFromString: Schema.NumberFromString,
  Trim: Schema.Trim,
  suspend: Schema.suspend(() => Schema.String),
  Enum: Schema.Enum({ a: "x", b: "y" }),
  Union: Schema.Union([Schema.TaggedStruct("T", { a: Schema.Int }), Schema.TaggedStruct("U", {})]),
  "at least ten": Schema.Array(Schema.String).check(Schema.isMinLength(10)),
  "all different": Schema.Array(Schema.Int).check(Schema.isUnique()),
  fromJsonString: Schema.fromJsonString(Schema.Struct({ a: Schema.Int })),
  "a day": Schema.String.check(
    Schema.makeFilter((day) => !Number.isNaN(Date.parse(`${day}T00:00:00Z`)) || "Expected a day")
  )
}

const sample = (values: Arbitrary.Arbitrary<unknown>) =>
  Effect.map(Arbitrary.sampleEffect(values, { count: 100 }), (all): ReadonlyArray<unknown> => all)

describe("values of a schema", () => {
  it.effect.each(Object.keys(fields))(
    "%s: come back as they are, and are more than one",
    (name) =>
      Effect.gen(function*() {
        const schema = fields[name]!
        const seen = new Set<string>()
        for (const value of yield* sample(schemaArbitrary(schema))) {
          const again = Schema.decodeUnknownResult(schema)(Result.getOrThrow(Schema.encodeUnknownResult(schema)(value)))
          assert.deepStrictEqual(Result.getOrThrow(again), value)
          seen.add(JSON.stringify(value))
        }
        assert.isAbove(seen.size, 1)
      })
  )

  it.effect("draw ids out of few, wherever they stand", () =>
    Effect.gen(function*() {
      const schema = Schema.Struct({ one: entityId(ThingId), others: Schema.Array(plainId(ThingId)) })
      const ids = (yield* sample(schemaArbitrary(schema, { ids: 3 }))).flatMap((value) => {
        const { one, others } = value as typeof schema.Type
        return [one, ...others]
      })
      assert.strictEqual(new Set(ids).size, 3)
    }))

  it.effect("are those of a generator with the name of the field, at any depth", () =>
    Effect.gen(function*() {
      const schema = Schema.Struct({ city: Schema.String, within: nullable(Schema.Struct({ city: Schema.String })) })
      const values = schemaArbitrary(schema, { fields: { city: among("Łódź", "Gdańsk") } })
      for (const { city, within } of yield* Arbitrary.sampleEffect(values, { count: 50 })) {
        assert.include(["Łódź", "Gdańsk"], city)
        assert.include(["Łódź", "Gdańsk"], within?.city ?? "Łódź")
      }
    }))

  it("that cannot be found are asked for", () => {
    const odd = Schema.String.check(
      Schema.makeFilter((text) => text === "one in a million" || "Expected something else")
    )
    assert.throws(() => schemaArbitrary(odd), /no values can be found/)
  })
})
