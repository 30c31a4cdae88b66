import * as Aggregate from "@cim-domain/commands/Aggregate"
import { identifier } from "@cim-domain/commands/fields/Identifier"
import { reference } from "@cim-domain/commands/reference/reference"
import { noChange } from "@cim-domain/event-sourcing/Decider"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { Parcel } from "../src/testing/Parcel.ts"

const { catalog, definition, limits } = Parcel

/** What is below a heading, up to the next one of its level. */
const below = (text: string, heading: string) =>
  text.split(/^(?=#)/m).find((part) => part.startsWith(`${heading}\n`)) ?? assert.fail(`no ${heading}`)

describe("a reference", () => {
  const made = reference(Parcel)

  it("has every command with its subject, each of its fields, and an example that is one", () => {
    for (const { addressee, decode, fields, token, type } of catalog.commands.byType.values()) {
      const text = below(made.commands, `### ${type}`)
      assert.include(text, `parcel.commands.<parcel id>.${token}`)
      const example = JSON.parse(/```json\n(.*)\n```/s.exec(text)![1]!)
      for (const field of Object.keys(definition.commands[type].fields ?? definition.commands[type])) {
        assert.include(text, `| \`${field}\` |`)
        assert.property(fields, field)
      }
      const id = "0198c0de-0000-7000-8000-000000000001"
      const identity = { message_id: id, causation_id: id, correlation_id: { kind: "Single", value: id } }
      assert.strictEqual(decode({ ...example, identity })._tag, "Success", text)
      assert.property(example, addressee)
    }
  })

  it("says which fields may be left out", () => {
    const text = below(made.commands, "### SendParcel")
    for (const field of ["sender_id", "to", "grams"]) assert.match(text, new RegExp(`\\| \`${field}\` \\| yes \\|`))
    for (const field of ["parcel_id", "notes", "contents"]) {
      assert.match(text, new RegExp(`\\| \`${field}\` \\|  \\|`))
    }
  })

  it("has every event, every error and every limit", () => {
    for (const { token, type } of catalog.events.byType.values()) {
      assert.include(below(made.events, `### ${type}`), `parcel.events.<parcel id>.${token}`)
    }
    for (const { schema } of Object.values(catalog.errors)) {
      const { code } = schema.fields as unknown as { readonly code: { readonly literal: string } }
      assert.include(made.errors, `| \`${code.literal}\` |`)
    }
    for (const [name, value] of Object.entries(limits)) assert.include(made.limits, `| \`${name}\` | ${value} |`)
    for (const part of [made.commands, made.events, made.errors, made.limits]) assert.include(made.page, part)
  })

  it("is the same whenever it is made", () => {
    assert.deepStrictEqual(reference(Parcel), made)
  })

  it("takes words, and says them", () => {
    const { commands, errors, events } = reference(Parcel, {
      commands: { DeliverParcel: { about: "Hands it over.", leadsTo: ["ParcelDelivered"], notes: ["Once."] } },
      events: { ParcelDelivered: "It is there." },
      advice: { ParcelIsDelivered: "Be content." }
    })
    const text = below(commands, "### DeliverParcel")
    assert.include(text, "\n\nHands it over.\n\n")
    assert.include(text, ", event `ParcelDelivered`. Once.\n")
    assert.include(below(events, "### ParcelDelivered"), "It is there.")
    assert.match(errors, /`PARCEL_IS_DELIVERED`.*Be content\./)
  })

  it("refuses an example that is no command, with what is wrong", () => {
    assert.throws(
      () => reference(Parcel, { commands: { SendParcel: { example: { grams: 0 } } } }),
      /the example of SendParcel is no such command: .*grams: /
    )
  })

  it("is there for a definition that says next to nothing", () => {
    const Bell = Aggregate.make({
      name: "bell",
      id: identifier("BellId"),
      commands: { RingBell: {} },
      events: { BellRung: {} },
      errors: {},
      state: Schema.Struct({}),
      initial: {},
      decide: () => noChange,
      evolve: (state) => state
    })
    assert.include(reference(Bell).page, "There are none.")
    assert.include(reference(Bell).page, "# Bell: reference\n")
  })
})
