import { commandBytesMax } from "@cim-domain/commands/protocol/readBody"
import { uuidOf } from "@cim-domain/commands/testing/valueArbitraries"
import { commandTypes } from "../OrganizationCommand.ts"

type Bodies = ReadonlyArray<readonly [about: string, body: string]>

/** Bodies of commands, as large as one may be, that cost a careless reader most; each says what is in it. */
export const hostileBodies = (organizationId: string): Bodies => {
  const filled = filler(organizationId)
  return [textBodies, fieldBodies, listBodies, metadataBodies, shapeBodies].flatMap((bodies) => bodies(filled))
}

/** Makes a command with one field more, whose text is made as long as there is room for. */
type Filled = (type: string, field: string, text: (bytes: number) => string, more?: object) => string

const filler = (organizationId: string): Filled => {
  const id = (number: number) => uuidOf(900_000 + number)
  const identity = {
    correlation_id: { kind: "Single", value: id(1) },
    causation_id: id(1),
    message_id: id(1)
  }
  const frames: Readonly<Record<string, object>> = {
    CreateOrganization: { name: "n", organization_type: "LLC" },
    UpdateOrganization: {},
    CreateRole: { title: "t", code: "c", role_type: "Technical", role_id: id(2) },
    UpdateRole: { role_id: id(2) },
    CreateDepartment: { name: "n", code: "c", department_id: id(3) },
    CreateFacility: { name: "n", code: "c", facility_type: "Office", facility_id: id(4) },
    RestructureDepartment: { department_id: id(3), restructure_type: "Transfer" },
    DissolveOrganization: { effective_date: "2024-01-01T00:00:00.000Z" },
    AddChildOrganization: { parent_organization_id: organizationId, child_organization_id: id(5), child_type: "LLC" }
  }
  return (type, field, text, more = {}) => {
    const { [field]: _, ...frame }: Record<string, unknown> = {
      command_type: type,
      identity,
      organization_id: organizationId,
      ...frames[type],
      ...more
    }
    const start = `${JSON.stringify(frame).slice(0, -1)},${JSON.stringify(field)}:`
    return `${start}${text(commandBytesMax - start.length - 1)}}`
  }
}

const marks = "\u0344\u0316".repeat(70_000)
const quoted = (content: string) => (bytes: number) => `"${cut(content, bytes - 2)}"`
const list = (item: (index: number) => string) => (bytes: number) => `[${joined(item, bytes - 2)}]`
const object = (member: (index: number) => string) => (bytes: number) => `{${joined(member, bytes - 2)}}`
const key = (index: number) => index.toString(36)
const members = object((index) => `"${key(index)}":1`)
const runs = `a${"\u0344\u0316".repeat(32)}`.repeat(2_000)

const texts: ReadonlyArray<readonly [type: string, field: string]> = [
  ["CreateOrganization", "name"],
  ["CreateOrganization", "display_name"],
  ["CreateOrganization", "description"],
  ["CreateOrganization", "issued_by"],
  ["DissolveOrganization", "reason"],
  ["CreateRole", "title"],
  ["CreateRole", "code"],
  ["CreateDepartment", "code"],
  ["RestructureDepartment", "reason"],
  ["AddChildOrganization", "child_name"]
]

/** Texts that are long, or full of marks, space or escapes. */
const textBodies = (filled: Filled): Bodies => [
  ...texts.flatMap(([type, field]) => [
    [`marks in ${type}.${field}`, filled(type, field, quoted(marks))] as const,
    [`space in ${type}.${field}`, filled(type, field, quoted("\u2003".repeat(90_000)))] as const,
    [`escapes in ${type}.${field}`, filled(type, field, quoted("\\u0301\\u0316".repeat(25_000)))] as const
  ]),
  ["description of short runs of marks", filled("CreateOrganization", "description", quoted(runs))],
  [
    "marks in a label",
    filled("CreateOrganization", "organization_type", (n) => `{"Other":${quoted(marks)(n - 10)}}`)
  ],
  ["marks in a choice", filled("CreateOrganization", "organization_type", (n) => `{${quoted(marks)(n - 7)}:null}`)]
]

/** Objects of many members where few are expected. */
const fieldBodies = (filled: Filled): Bodies => [
  ["members of a choice", filled("CreateOrganization", "organization_type", members)],
  ["members of an id", filled("CreateOrganization", "organization_id", members)],
  ["null members of an id", filled("CreateOrganization", "parent_id", object((index) => `"${key(index)}":null`))],
  ["a long id", filled("CreateOrganization", "parent_id", quoted("A".repeat(260_000)))],
  ["a long id of another script", filled("CreateOrganization", "parent_id", quoted("Ж".repeat(130_000)))],
  ["a long date", filled("CreateOrganization", "founded_date", quoted(`2024-01-01T00:00:00.${"0".repeat(260_000)}`))],
  ["a date of blanks", filled("CreateOrganization", "founded_date", quoted(" ".repeat(260_000)))],
  ["members of an identity", filled("UpdateOrganization", "identity", members)],
  [
    "members of a correlation",
    filled("UpdateOrganization", "identity", (n) => `{"correlation_id":${members(n - 20)}}`)
  ],
  ["an unknown type", filled("x", "command_type", quoted(`${"x".repeat(99)}😀${marks}`))],
  ["a type in many fields", filled("x", "y", members)],
  ["unknown fields", filled("UpdateOrganization", "x", (n) => `1,${members(n - 2).slice(1, -1)}`)],
  ["unknown fields of marks", filled("UpdateOrganization", "x", (n) => `1,${quoted(marks)(n - 4)}:1`)],
  [
    "unknown fields with control characters",
    filled(
      "UpdateOrganization",
      "x",
      (n) => `1,${joined((i) => `"\\u0001\\u0002${"\\u0003".repeat(30)}${i}":1`, n - 2)}`
    )
  ],
  [
    "unknown fields that are indices",
    filled("UpdateOrganization", "x", (n) => `1,${joined((i) => `"${i * 65_537 % 4_294_967_291}":1`, n - 2)}`)
  ],
  ["one field again and again", filled("UpdateOrganization", "x", (n) => `1,${joined(() => `"name":"a"`, n - 2)}`)],
  [
    "__proto__ again and again",
    filled("UpdateOrganization", "x", (n) => `1,${joined(() => `"__proto__":{}`, n - 2)}`)
  ]
]

/** Long lists. */
const listBodies = (filled: Filled): Bodies => [
  ["words to clear", filled("UpdateOrganization", "clear", list(() => `"x"`))],
  ["right words to clear", filled("UpdateOrganization", "clear", list(() => `"description"`))],
  ["things to clear", filled("UpdateRole", "clear", list(() => `{}`))],
  ["permissions", filled("CreateRole", "permissions", list((index) => `"${key(index)}"`))],
  ["permissions that are numbers", filled("CreateRole", "permissions", list(() => "1"))],
  ["permissions of space", filled("CreateRole", "permissions", list(() => `" "`))],
  ["one permission again and again", filled("CreateRole", "permissions", list(() => `"é"`))],
  ["permissions of marks", filled("CreateRole", "permissions", list((index) => `"${index}${marks.slice(0, 98)}"`))],
  [
    "responsibilities of marks",
    filled("CreateRole", "responsibilities", list((i) => `"${i}${runs.slice(0, 1_290)}"`))
  ],
  ["dotted lines", filled("CreateRole", "dotted_line_to", list((index) => `"${uuidOf(index)}"`))],
  ["one dotted line again and again", filled("CreateRole", "dotted_line_to", list(() => `"${uuidOf(1)}"`))],
  ["dotted lines that are objects", filled("UpdateRole", "dotted_line_to", list(() => `{"x":{}}`))],
  ["both lists", filled("CreateRole", "permissions", list(() => "1"), { responsibilities: Array(60_000).fill(1) })]
]

/** Metadata with much in it, or much wrong. */
const metadataBodies = (filled: Filled): Bodies => [
  ["members of metadata", filled("CreateOrganization", "metadata", members)],
  ["members of metadata of a unit", filled("CreateRole", "metadata", members)],
  ["marks in metadata of a unit", filled("CreateDepartment", "metadata", (n) => `{"a":${quoted(marks)(n - 6)}}`)],
  ["runs of marks in metadata of a unit", filled("UpdateRole", "metadata", (n) => `{"a":${quoted(runs)(n - 6)}}`)],
  ["halves in metadata of a unit", filled("CreateFacility", "metadata", object((i) => `"${key(i)}":"\\ud800"`))],
  ["numbers in metadata of a unit", filled("CreateRole", "metadata", (n) => `{"a":${list(() => "1e15")(n - 6)}}`)],
  ["null members of metadata", filled("CreateOrganization", "metadata", object((index) => `"${key(index)}":null`))],
  ["wrong members of metadata", filled("CreateOrganization", "metadata", object((i) => `"${key(i)}":1e999`))],
  ["halves in metadata", filled("CreateOrganization", "metadata", object((i) => `"${key(i)}":"\\ud800"`))],
  ["halves in keys of metadata", filled("CreateOrganization", "metadata", object((i) => `"${key(i)}\\ud800":1`))],
  ["marks in metadata", filled("CreateOrganization", "metadata", (n) => `{"a":${quoted(marks)(n - 6)}}`)],
  ["runs of marks in metadata", filled("CreateOrganization", "metadata", (n) => `{"a":${quoted(runs)(n - 6)}}`)],
  ["marks in a key of metadata", filled("CreateOrganization", "metadata", (n) => `{${quoted(marks)(n - 4)}:1}`)],
  ["numbers in metadata", filled("CreateOrganization", "metadata", (n) => `{"a":${list(() => "0")(n - 6)}}`)],
  [
    "long numbers in metadata",
    filled("CreateOrganization", "metadata", (n) => `{"a":${list(() => "0.1000000000000000055")(n - 6)}}`)
  ],
  ["one long number in metadata", filled("CreateOrganization", "metadata", (n) => `{"a":0.${"1".repeat(n - 8)}}`)],
  ["one long integer in metadata", filled("CreateOrganization", "metadata", (n) => `{"a":${"1".repeat(n - 6)}}`)],
  [
    "short numbers that get long",
    filled("CreateOrganization", "metadata", (n) => `{"a":${list(() => "1e15")(n - 6)}}`)
  ],
  [
    "blanks between a key and its colon, with a number that changes",
    filled("UpdateOrganization", "metadata", (n) => `{"a":1234567890123456.5,"b"${" ".repeat(n - 40)}:[[1]]}`)
  ],
  [
    "blanks in a key, over a number that changes",
    filled("UpdateOrganization", "metadata", (n) => `{"a${" ".repeat(n - 40)}":[1234567890123456.5]}`)
  ],
  [
    "a long key over many numbers",
    filled(
      "UpdateOrganization",
      "metadata",
      (n) => `{"${"k".repeat(n >> 1)}":[1234567890123456.5${",1".repeat((n >> 2) - 20)}]}`
    )
  ],
  [
    "blanks before the end, with a number that changes",
    filled("UpdateOrganization", "metadata", (n) => `{"a":1234567890123456.5${" ".repeat(n - 30)}}`)
  ],
  ["negative zeros in metadata", filled("CreateOrganization", "metadata", (n) => `{"a":${list(() => "-0")(n - 6)}}`)],
  ["lists in metadata", filled("CreateOrganization", "metadata", (n) => `{"a":${list(() => "[]")(n - 6)}}`)],
  [
    "deep metadata",
    filled("CreateOrganization", "metadata", object((i) => `"${key(i)}":${"[".repeat(60)}${"]".repeat(60)}`))
  ],
  ["hostile keys in metadata", filled("CreateOrganization", "metadata", object(() => `"__proto__":{"__proto__":1}`))]
]

/** Bodies of an unusual shape. */
const shapeBodies = (filled: Filled): Bodies => [
  ["a deep unknown field", filled("UpdateOrganization", "x", list(() => `${"[".repeat(60)}${"]".repeat(60)}`))],
  ["brackets", "[".repeat(commandBytesMax)],
  ["brackets in a text", filled("UpdateOrganization", "name", quoted("[{".repeat(130_000)))],
  ["no JSON", `{"a":"${"x".repeat(commandBytesMax - 6)}`],
  ["blanks", " ".repeat(commandBytesMax)],
  [
    "unknown fields of an envelope",
    `{"command":{"command_type":"UpdateOrganization"},${joined((i) => `"${key(i)}":1`, commandBytesMax - 60)}}`
  ],
  [
    "envelopes in envelopes",
    `${"{\"command\":".repeat(60)}{${joined((i) => `"${key(i)}":1`, commandBytesMax - 800)}}${"}".repeat(60)}`
  ],
  ...commandTypes.map((type) =>
    [
      `everything wrong in ${type}`,
      filled(type, "x", (n) => `1,${joined((i) => `"f${i}":[{"a":{"b":[]}}]`, n - 2)}`, { organization_id: 1 })
    ] as const
  )
]

/** Items with commas between, as many as fit in `bytes`. */
const joined = (item: (index: number) => string, bytes: number): string => {
  const items: Array<string> = []
  for (let index = 0, room = bytes;; index++) {
    const next = item(index)
    room -= byteLength(next) + 1
    if (room < 0) return items.join(",")
    items.push(next)
  }
}

/** The beginning of a text that fits in `bytes` of UTF-8; no escape and no pair of surrogates is cut. */
const cut = (text: string, bytes: number): string => {
  const encoded = utf8.encode(text)
  if (encoded.length <= bytes) return text
  const kept = lenient.decode(encoded.subarray(0, bytes)).replace(/\ufffd+$/, "")
  return kept.replace(/\\(?:u[0-9a-f]{0,3})?$/, "")
}

const utf8 = new TextEncoder()
const lenient = new TextDecoder()
const byteLength = (text: string): number => utf8.encode(text).length
