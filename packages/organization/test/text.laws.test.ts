import { readStrictly } from "@cim-domain/commands/testing/readStrictly"
import { among, listOf, oneOf, rawNumber, rawText, upTo, words } from "@cim-domain/commands/testing/valueArbitraries"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Result } from "effect"
import { makeContext } from "../src/makeContext.ts"
import { commandTypes } from "../src/OrganizationCommand.ts"
import type { KnownEvent } from "../src/OrganizationEvent.ts"
import { encodeReply, failureReply, successReply } from "../src/protocol.ts"
import { organization } from "../src/protocol.ts"
import { addresseeOf, encodeCommand } from "../src/protocol.ts"
import { encodeEvent } from "../src/protocol.ts"
import { organizationStateCodec } from "../src/protocol.ts"
import { commandOf, eventOf, walkedOrganizationId } from "../src/testing/arbitraries.ts"
import { walks } from "../src/testing/walks.ts"
import { golden } from "./golden.ts"
import { arbitrary, lawRuns } from "./lawRuns.ts"
import { readEvent } from "./readEvent.ts"
import { send, subjectFor } from "./send.ts"

const half = /\p{Surrogate}/u
const composed = (text: string): string => text.normalize("NFC").trim()

/** The longest run of marks in a text, however it is spelt. */
const marksInARow = (text: string): number =>
  Math.max(0, ...Array.from(text.matchAll(/\p{M}+/gu), ([run]) => Array.from(run).length))

const isText = (raw: string): boolean => !half.test(raw) && marksInARow(raw) <= 64 && marksInARow(composed(raw)) <= 64

/** What the specification says of each kind of text. */
const isRight = (raw: string, minimum: number, maximum: number, kind: Kind): boolean => {
  const text = composed(raw)
  const length = Array.from(text).length
  if (!isText(raw) || length < minimum || length > maximum) return false
  if (kind === "multiline") return !/[^\P{Cc}\n\t]/u.test(text)
  if (/\p{Cc}/u.test(text)) return false
  if (kind === "code" && !isSpacedLikeACode(text)) return false
  return kind === "any" ||
    !/[\u0085\u2028\u2029]/.test(text) && /[^\p{White_Space}\p{Default_Ignorable_Code_Point}]/u.test(text)
}

/** White space stands alone between others; of characters that format only joiners and those that are seen. */
const isSpacedLikeACode = (text: string): boolean =>
  !/\p{Z}\p{Z}|[\p{Zl}\p{Zp}]/u.test(text) &&
  Array.from(text).every((each) =>
    !/[\p{Cf}\p{Cn}]/u.test(each) || !/\p{Default_Ignorable_Code_Point}/u.test(each) ||
    "\u200c\u200d".includes(each)
  )

type Kind = "name" | "code" | "multiline" | "any"

const fields: ReadonlyArray<readonly [type: string, field: string, minimum: number, maximum: number, kind: Kind]> = [
  ["CreateOrganization", "name", 1, 200, "name"],
  ["CreateOrganization", "display_name", 1, 200, "name"],
  ["CreateOrganization", "description", 0, 4000, "multiline"],
  ["CreateOrganization", "issued_by", 0, 200, "any"],
  ["CreateRole", "title", 1, 200, "name"],
  ["CreateRole", "code", 1, 64, "code"],
  ["AddChildOrganization", "child_name", 1, 200, "name"],
  ["DissolveOrganization", "reason", 1, 1000, "multiline"]
]

const goldenOf = (type: string): Record<string, unknown> =>
  JSON.parse(golden("commands").find((line) => line.includes(`"command_type":"${type}"`))!)

const text = oneOf(rawText, Arbitrary.map(Arbitrary.all([rawText, words(200)]), (parts) => parts.join("")))

describe("text of a command", () => {
  it.each(fields)("%s.%s", (type, field, minimum, maximum, kind) => {
    const command = goldenOf(type)
    for (const raw of [" ", "\u200d", "x\u2029", "e\u0301".repeat(maximum), "e\u0301".repeat(maximum + 1)]) {
      check(command, field, raw, isRight(raw, minimum, maximum, kind))
    }
  })

  it.prop("is accepted as the rule says, in normal form", [among(...fields), text], (
    [[type, field, minimum, maximum, kind], raw]
  ) => check(goldenOf(type), field, raw, isRight(raw, minimum, maximum, kind)), { arbitrary })

  it.prop("is refused in lists, labels and headers as elsewhere", [text], ([raw]) => {
    const role = goldenOf("CreateRole")
    const listed = send({ ...role, permissions: [raw] }, { subject: subjectFor("CreateRole") })
    assert.strictEqual(Result.isSuccess(listed), isRight(raw, 1, 100, "any"))
    const labelled = send({ ...goldenOf("CreateOrganization"), organization_type: { Other: raw } })
    assert.strictEqual(Result.isSuccess(labelled), isRight(raw, 1, 100, "name"))
    const headed = send({ ...role, issued_by: null }, {
      subject: subjectFor("CreateRole"),
      headers: { "X-Actor": raw }
    })
    assert.strictEqual(Result.isSuccess(headed), isRight(raw, 0, 200, "any"))
  }, { arbitrary })

  const check = (command: Record<string, unknown>, field: string, raw: string, isAccepted: boolean) => {
    const type = String(command["command_type"])
    const result = send({ ...command, [field]: raw }, { subject: subjectFor(type) })
    assert.strictEqual(Result.isSuccess(result), isAccepted, JSON.stringify(raw))
    if (Result.isSuccess(result)) {
      assert.strictEqual((result.success.command as unknown as Record<string, unknown>)[field], composed(raw))
      readStrictly(encodeCommand(result.success.command))
    } else {
      const { error } = result.failure
      assert.isTrue(error._tag === "ValidationFailed" && error.details.issues.every(({ path }) => path === field))
    }
  }
})

/** Metadata as JSON text: what it holds, and whether all of it may stay. */
const members = listOf(
  Arbitrary.all([
    text,
    oneOf<readonly [string, string]>(
      Arbitrary.map(text, (raw) => ["text", raw] as const),
      Arbitrary.map(rawNumber, (raw) => ["number", raw] as const)
    ),
    among(0, 1)
  ]),
  4
)

describe("metadata of a command", () => {
  it.prop("keep every number as it was written, and no half of a pair", [members], ([members]) => {
    const distinct = new Map(members.map(([key, member, depth]) => [composed(key), [key, member, depth] as const]))
    const shown = [...distinct.values()].map(([key, [kind, raw], depth]) => {
      const member = kind === "text" ? JSON.stringify(raw) : raw
      return `${JSON.stringify(key)}:${depth === 0 ? member : `{"in":[0,${member}]}`}`
    })
    const metadata = `{${shown.join(",")}}`
    const isKept = [...distinct.values()].every(([key, [kind, raw]]) =>
      isText(key) && !["__proto__", "prototype", "constructor"].includes(composed(key)) &&
      (kind === "text" ? isText(raw) : isSafe(raw))
    )
    const body = JSON.stringify({ ...goldenOf("CreateOrganization"), metadata: "HERE" })
    const result = send(body.replace("\"HERE\"", () => metadata))
    assert.strictEqual(Result.isSuccess(result), isKept, metadata)
    if (Result.isFailure(result)) {
      const { error } = result.failure
      assert.isTrue(error._tag === "ValidationFailed" && error.details.issues[0]!.path.startsWith("metadata"))
      return
    }
    const stored = readStrictly(encodeCommand(result.success.command)) as { readonly metadata: unknown }
    const expected = Object.fromEntries([...distinct.values()].map(([key, [kind, raw], depth]) => {
      const member = kind === "text" ? composed(raw) : Number(raw) + 0
      return [composed(key), depth === 0 ? member : { in: [0, member] }]
    }))
    assert.deepStrictEqual(stored.metadata, expected)
  }, { arbitrary })

  const isSafe = (raw: string): boolean => {
    try {
      return Math.abs(readStrictly(raw) as number) <= Number.MAX_SAFE_INTEGER
    } catch {
      return false
    }
  }

  it("are told where the number stands, in an envelope as well", () => {
    const metadata = "{\"a\\u0062\":[{\"c\":1},{\"c\":12345678901234567890,\"d\":0.1000000000000000055}]}"
    const body = JSON.stringify({ ...goldenOf("CreateOrganization"), metadata: "HERE" }).replace(
      "\"HERE\"",
      () => metadata
    )
    const paths = (text: string) => {
      const result = send(text)
      return Result.isFailure(result) && result.failure.error._tag === "ValidationFailed"
        ? result.failure.error.details.issues.map(({ path }) => path)
        : []
    }
    assert.deepStrictEqual(paths(body), ["metadata.ab[1].c", "metadata.ab[1].d"])
    assert.deepStrictEqual(paths(`{"command":${body}}`), ["command.metadata.ab[1].c", "command.metadata.ab[1].d"])
  })

  it("may have any number where nobody reads it", () => {
    const body = JSON.stringify(goldenOf("CreateOrganization")).replace(
      "{",
      "{\"unknown\":[1e999,0.1000000000000000055],"
    )
    assert.isTrue(Result.isSuccess(send(body)))
  })

  it("have no two keys that are one text", () => {
    const result = send({ ...goldenOf("CreateOrganization"), metadata: { "\u00e9": 1, "e\u0301": 2 } })
    assert.isTrue(
      Result.isFailure(result) && result.failure.error._tag === "ValidationFailed" &&
        result.failure.error.details.issues[0]!.message === "Expected this key only once"
    )
  })
})

describe("whatever is accepted", () => {
  it.prop("is read the same by another reader of JSON: events, answers and snapshots", [
    walks,
    Arbitrary.array(Arbitrary.all([text, rawNumber]), { minLength: 8, maxLength: 8 })
  ], ([walk, given]) => {
    let state = organization.initial(walkedOrganizationId)
    for (const [index, [command, context]] of walk.entries()) {
      const [raw, number] = given[index % given.length]!
      const plain = encodeCommand(command)
      const body = plain
        .replace(
          /"(name|title|child_name|reason|Other|industry)":"[^"]*"/,
          (_, key) => `"${key}":${JSON.stringify(raw)}`
        )
        .replace(/"a":\[1,null\]/, () => `"a":[${number},${JSON.stringify(raw)}]`)
      const options = { subject: `organization.commands.${addresseeOf(command)}` }
      const result = send(body, options)
      if (Result.isFailure(result)) {
        readStrictly(encodeReply(failureReply(result.failure, result.failure.error, null)).body)
      }
      const request = Result.getOrElse(result, () => Result.getOrThrow(send(plain, options)))
      const decision = organization.decide(state, request.command, context)
      if (decision._tag === "Rejected") {
        readStrictly(encodeReply(failureReply(request, decision.rejection, state.version)).body)
      }
      if (decision._tag !== "Accepted") continue
      for (const event of decision.events) {
        const stored = encodeEvent(event)
        assert.deepStrictEqual(readStrictly(stored), JSON.parse(stored))
        assert.deepStrictEqual(encodeEvent(readEvent(stored)), stored)
        state = organization.evolve(state, event, state.version + 1)
      }
    }
    const reply = successReply({ ...Result.getOrThrow(send(goldenOf("CreateOrganization"))) }, {
      outcome: "no_change",
      version: state.version,
      events: []
    })
    readStrictly(encodeReply(reply).body)
    readStrictly(organizationStateCodec.encode(state))
  }, { arbitrary: { runs: Math.min(lawRuns, 200) } })

  it.prop("of a message that is refused, the answer can be read by anybody", [
    among(...commandTypes),
    listOf(text, 4),
    upTo(3)
  ], ([type, names, depth]) => {
    const unknown = Object.fromEntries(names.map((name) => [`${name}x`, 1]))
    const metadata = depth === 0 ? unknown : { [names[0] ?? "a"]: { [names[1] ?? "b"]: "\ud800" } }
    for (
      const body of [
        { command_type: type, ...unknown, metadata },
        { command_type: `${names[0]}x`.repeat(40) },
        { command: { ...goldenOf("CreateOrganization"), metadata }, ...unknown }
      ]
    ) {
      const result = send(body, { subject: subjectFor("CreateOrganization") })
      const reply = Result.isFailure(result)
        ? failureReply(result.failure, result.failure.error, null)
        : successReply(result.success, { outcome: "no_change", version: 1, events: [] })
      const { body: answer, headers } = encodeReply(reply)
      readStrictly(answer)
      for (const header of Object.values(headers)) assert.isFalse(/[\p{Surrogate}\p{Cc}]/u.test(header))
    }
  }, { arbitrary })
})

describe("history", () => {
  it.prop(
    "with half a pair in it loads, and stays as it is",
    [eventOf("OrganizationCreated"), rawText],
    ([made, raw]) => {
      const name = `${raw}\ud83d`
      const event = {
        ...made,
        organization_id: walkedOrganizationId,
        name,
        metadata: { [name]: [name] }
      } as unknown as KnownEvent
      const stored = encodeEvent(event)
      assert.deepStrictEqual(readEvent(stored), event)
      const state = organization.evolve(organization.initial(walkedOrganizationId), readEvent(stored), 1)
      assert.strictEqual(state.organization?.name, name)
      const saved = organizationStateCodec.encode(state)
      assert.isFalse(half.test(saved))
      assert.strictEqual(organizationStateCodec.encode(Result.getOrThrow(organizationStateCodec.decode(saved))), saved)
      const command = Result.getOrThrow(send({ ...goldenOf("UpdateOrganization"), metadata: { a: 1 } })).command
      const context = makeContext({ commandId: command.identity.message_id, now: 1_800_000_000_000 })
      const decision = organization.decide(state, command, context)
      assert.include(["Accepted", "Rejected"], decision._tag)
    },
    { arbitrary }
  )
})

it.prop("commands that the generators make are accepted", [oneOf(...commandTypes.map(commandOf))], ([command]) => {
  readStrictly(encodeCommand(command))
}, { arbitrary })
