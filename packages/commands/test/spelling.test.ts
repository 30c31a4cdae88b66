import { Parcel, parcelExamples } from "@cim-domain/commands/testing/Parcel"
import { uuidOf } from "@cim-domain/commands/testing/valueArbitraries"
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { spelling } from "../src/testing/spelling.ts"

const { command_type, ...given } = parcelExamples.begins
type Command = Parameters<typeof Parcel.encodeCommand>[0]

const parcel_id = uuidOf(9)
const commands = [
  Parcel.makeCommand(command_type, uuidOf(1), { ...given, parcel_id, notes: ["é", "b"], contents: null }),
  Parcel.makeCommand("LabelParcel", uuidOf(1), { parcel_id, label_id: uuidOf(2), title: "Zoë", kind: "Fragile" })
].map((made) => Result.getOrThrow<Command, unknown>(made))

/** Every way to write the commands that chance comes upon. */
const spelt = commands.flatMap((command) => {
  const { fields } = Parcel.catalog.commands.byType.get(command.command_type)!
  const written = JSON.parse(Parcel.encodeCommand(command))
  let chance = 1
  return Array.from(
    { length: 200 },
    () => spelling(fields as never, written, (count) => (chance = chance * 48_271 % 2_147_483_647) % count)
  )
})
const texts = spelt.map((form) => JSON.stringify(form))

describe("spellings of a command", () => {
  it.each([
    ["an id in upper case", /"parcel_id":"[0-9A-F-]*[A-F][0-9A-F-]*"/],
    ["an id without hyphens", /"parcel_id":"[0-9a-f]{32}"/],
    ["an id as a URN", /"sender_id":"urn:uuid:/],
    ["an id in braces", /"label_id":"\{/],
    ["an id as an object", /"label_id":\{"id":/],
    ["another object", /"label_id":\{"value":/],
    ["an id of a message as an object", /"message_id":\{"id":/],
    ["a correlation as text alone", /"correlation_id":"/],
    ["a choice as an object", /"kind":\{"Fragile":null\}/],
    ["a text with space around", /"title":" Zoe\u0308 "/],
    ["a list with an item twice", /"notes":\["é","b","é"\]|"notes":\["[^"]*","[^"]*","[^"]*"\]/],
    ["what is null", /"contents":null/],
    ["who issued it as null", /"issued_by":null/]
  ])("have %s", (_, pattern) => assert.isTrue(texts.some((text) => pattern.test(text))))

  it("leave out what may be missing", () => {
    assert.isTrue(spelt.some((form) => form["command_type"] === command_type && !("contents" in form)))
    assert.isTrue(spelt.every((form) => "parcel_id" in form))
  })

  it("have their fields in any order", () => assert.isAbove(new Set(spelt.map((form) => Object.keys(form)[0])).size, 3))

  it("leave plain text alone, which has no second spelling", () =>
    assert.isTrue(texts.every((text) => !text.includes("\"city\"") || text.includes("\"city\":\"Łódź\""))))
})
