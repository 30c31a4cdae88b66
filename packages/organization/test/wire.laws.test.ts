import { hostileKeys } from "@cim-domain/commands/fields/readMetadata"
import { isNestedDeeperThan, parseJson } from "@cim-domain/commands/protocol/parseJson"
import { among, upTo, uuid } from "@cim-domain/commands/testing/valueArbitraries"
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { makeContext } from "../src/makeContext.ts"
import { commandTypes } from "../src/OrganizationCommand.ts"
import { eventTypes } from "../src/OrganizationEvent.ts"
import { decodeReply, encodeReply, failureReply, successReply } from "../src/protocol.ts"
import { disagreement, parseCommandSubject } from "../src/protocol.ts"
import { upcast } from "../src/protocol.ts"
import { organization } from "../src/protocol.ts"
import { addresseeOf, encodeCommand } from "../src/protocol.ts"
import { encodeEvent, organizationEventCodec } from "../src/protocol.ts"
import {
  commandSubject,
  commandTokens,
  commandTypeOfToken,
  eventSubject,
  eventTokens,
  eventTypeOfToken,
  parseEventSubject
} from "../src/protocol.ts"
import { anyCommand, anyEvent, commandOf, histories, walkedOrganizationId } from "../src/testing/arbitraries.ts"
import { clearableFields } from "../src/testing/fieldArbitraries.ts"
import { arbitrary, lawRuns } from "./lawRuns.ts"
import { readEvent } from "./readEvent.ts"
import { send, sent, throughWire } from "./send.ts"

/** JSON text that says -0 for 0. */
const withNegativeZeros = (value: unknown): string =>
  JSON.stringify(value, (_, member) => member === 0 ? "NEGATIVE ZERO" : member).replaceAll("\"NEGATIVE ZERO\"", "-0")

/** Other spellings of the same JSON: ids, timestamps and unit variants in another form, nulls left out. */
const respelled = (value: unknown, spelling: number): unknown => {
  if (typeof value === "string") {
    if (/^[0-9a-f]{8}-.{27}$/.test(value)) {
      return [value.toUpperCase(), value.replaceAll("-", ""), `urn:uuid:${value}`, `{${value}}`, { value }, {
        id: value
      }][spelling]
    }
    if (/^\d{4}-.*T.*\.\d{3}Z$/.test(value)) {
      return [
        value.replace("T", " "),
        value.replace("Z", "+00:00"),
        value.replace("Z", "999999z"),
        value.replace(".000Z", "Z"),
        value.toLowerCase(),
        value.replace("Z", "-00:00")
      ][spelling]
    }
    return spelling === 3 && ["LLC", "Corporation", "Pending", "Office", "Project"].includes(value)
      ? { [value]: null }
      : value
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return Array.isArray(value) ? value.map((item) => respelled(item, spelling)) : value
  }
  if (Object.keys(value).length === 1 && "id" in value) return respelled(value.id, spelling)
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, member]) =>
        member !== null && !(key.startsWith("clear") && Array.isArray(member) && member.length === 0)
      )
      .map(([key, member]) => [key, isFree(key) ? member : respelled(member, spelling)])
  )
}

const isFree = (key: string) =>
  [
    "metadata",
    "command_type",
    "event_type",
    "name",
    "title",
    "description",
    "reason",
    "kind",
    "clear",
    "cleared",
    "Other"
  ]
    .includes(key) || key.endsWith("_name")

describe("commands", () => {
  it.prop("decode to what was encoded, and encode to what was decoded", [anyCommand], ([command]) => {
    const again = throughWire(command, addresseeOf(command))
    assert.deepStrictEqual(again, command)
    assert.strictEqual(encodeCommand(again), encodeCommand(command))
  }, { arbitrary: { runs: lawRuns * 3 } })

  it.prop("mean the same in every spelling", [anyCommand, among(0, 1, 2, 3, 4, 5)], ([command, spelling]) => {
    const subject = `organization.commands.${addresseeOf(command)}`
    const body = withNegativeZeros(respelled(JSON.parse(encodeCommand(command)), spelling))
    const request = sent(body, { subject })
    assert.deepStrictEqual(request.command, command)
    assert.deepStrictEqual(request.warnings, [])
  }, { arbitrary: { runs: lawRuns * 3 } })

  it.prop("are refused on a subject that says something else", [anyCommand, anyCommand], ([command, other]) => {
    const subject = commandSubject(addresseeOf(other), other.command_type)
    const result = send(encodeCommand(command), { subject })
    // Also of a merger only the organization that it is addressed to: whoever may write there need not be able to write here.
    const agrees = other.command_type === command.command_type && addresseeOf(command) === addresseeOf(other)
    assert.strictEqual(Result.isSuccess(result), agrees)
    if (Result.isFailure(result)) assert.strictEqual(result.failure.error._tag, "SubjectMismatch")
  }, { arbitrary: { runs: lawRuns * 3 } })

  it.prop("may not both set a field and empty it", [anyCommand], ([command]) => {
    const fields = Object.entries(clearableFields).find(([kind]) => command.command_type === `Update${kind}`)?.[1]
    for (const field of fields ?? []) {
      const body = JSON.parse(encodeCommand(command))
      const isSet = body[field] !== null
      const result = send({ ...body, clear: [field] }, { subject: `organization.commands.${addresseeOf(command)}` })
      assert.strictEqual(Result.isFailure(result) && result.failure.error._tag, isSet && "ValidationFailed")
    }
  }, { arbitrary: { runs: lawRuns * 3 } })

  it.prop(
    "with hostile metadata are refused, and leave no trace",
    [commandOf("CreateOrganization"), among(...hostileKeys), upTo(20), among(true, false)],
    ([command, key, depth, big]) => {
      const wrapped = (levels: number): string =>
        levels === 0 ? `{${JSON.stringify(key)}:{"polluted":true}}` : `{"a":${wrapped(levels - 1)}}`
      const hostile = big ? JSON.stringify({ big: "ü".repeat(40_000) }) : wrapped(depth)
      const text = encodeCommand({ ...command, metadata: {} } as typeof command)
      const result = send(text.replace("\"metadata\":{}", `"metadata":${hostile}`), {
        subject: `organization.commands.${addresseeOf(command)}`
      })
      assert.strictEqual(Result.isFailure(result) && result.failure.error._tag, "ValidationFailed")
      assert.isUndefined(({} as { readonly polluted?: unknown }).polluted)
    },
    { arbitrary }
  )

  it.prop("agree with their own subject", [anyCommand], ([command]) => {
    const subject = parseCommandSubject(commandSubject(addresseeOf(command), command.command_type), false)
    assert.isNotNull(subject)
    assert.isNull(disagreement(subject, command))
  }, { arbitrary })
})

describe("events", () => {
  it.prop("decode to what was encoded, and encode to what was decoded", [anyEvent], ([event]) => {
    const { data, id, schemaVersion, token, type } = organizationEventCodec.encode(event)
    const again = readEvent(data)
    assert.deepStrictEqual(again, event)
    assert.strictEqual(encodeEvent(again), data)
    assert.deepStrictEqual([id, type, token, schemaVersion], [
      event.event_id,
      event.event_type,
      eventTokens[event.event_type],
      2
    ])
  }, { arbitrary: { runs: lawRuns * 3 } })

  it.prop("mean the same in every spelling", [anyEvent, among(0, 1, 2, 3, 4, 5)], ([event, spelling]) => {
    const text = withNegativeZeros(respelled(JSON.parse(encodeEvent(event)), spelling))
    assert.deepStrictEqual(readEvent(text), event)
  }, { arbitrary: { runs: lawRuns * 3 } })

  it.prop("of version 1 are brought to version 2, once", [anyEvent], ([event]) => {
    const { issued_by: _, schema_version: __, ...old } = JSON.parse(encodeEvent(event))
    const upcasted = upcast(old)
    assert.strictEqual(upcasted["schema_version"], 2)
    assert.deepStrictEqual(upcast(upcasted), upcasted)
    assert.deepStrictEqual(readEvent(JSON.stringify(old)), { ...event, issued_by: null })
    assert.deepStrictEqual(JSON.parse(encodeEvent(readEvent(JSON.stringify(old)))).schema_version, 2)
  }, { arbitrary })

  it.prop("of any history survive the store", [histories], ([events]) => {
    for (const event of events) {
      const { cause, data, id, type } = organizationEventCodec.encode(event)
      const commandId = event.event_type === "Opaque" ? null : cause.commandId
      const correlationId = event.event_type === "Opaque" ? null : cause.correlationId
      assert.deepStrictEqual(
        readEvent(data, { id, type, commandId, correlationId }),
        event.event_type === "Opaque" && event.readable
          ? { ...event, schema_version: event.schema_version ?? 1 }
          : event.event_type === "Opaque"
          ? { ...event, schema_version: null }
          : event
      )
    }
  }, { arbitrary })

  it.prop("have subjects that say what they are", [uuid(1000), among(...eventTypes)], ([organizationId, type]) => {
    assert.deepStrictEqual(parseEventSubject(eventSubject(organizationId, type)), { aggregateId: organizationId, type })
  }, { arbitrary })
})

describe("nesting", () => {
  const depthOf = (value: unknown): number =>
    typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0

  it.prop("is told, brackets in strings left out", [anyCommand, upTo(6), upTo(60)], ([command, levels, brackets]) => {
    const around = (value: unknown, level: number): unknown =>
      level === 0
        ? value
        : level % 2 === 0
        ? [around(value, level - 1)]
        : { "[{": around(value, level - 1), "\\": "[\"{" }
    const value = around([command, "[{\"".repeat(brackets), Array.from({ length: brackets }, () => ({}))], levels)
    const text = JSON.stringify(value)
    const depth = depthOf(value)
    assert.isFalse(isNestedDeeperThan(text, depth))
    assert.isTrue(isNestedDeeperThan(text, depth - 1))
  }, { arbitrary })

  it.prop("is told of the shortest texts", [upTo(600), among(0, 5, 600)], ([depth, more]) => {
    const text = `${"[".repeat(depth + 1)}${"1".repeat(more)}${"]".repeat(depth + 1)}`
    assert.isDefined(parseJson(text, depth + 1))
    assert.isUndefined(parseJson(text, depth))
  }, { arbitrary })
})

describe("tokens", () => {
  it("are bijective", () => {
    assert.strictEqual(eventTypeOfToken.size, eventTypes.length)
    assert.strictEqual(commandTypeOfToken.size, commandTypes.length)
    for (const type of eventTypes) assert.strictEqual(eventTypeOfToken.get(eventTokens[type]), type)
    for (const type of commandTypes) assert.strictEqual(commandTypeOfToken.get(commandTokens[type]), type)
  })
  it("of commands are their types in snake case", () => {
    for (const type of commandTypes) {
      assert.strictEqual(commandTokens[type], type.replaceAll(/(?<!^)(?=[A-Z])/g, "_").toLowerCase())
    }
  })
})

describe("replies", () => {
  it.prop("carry every rejection there and back", [histories, anyCommand], ([events, command]) => {
    const state = events.reduce(
      (state, event, index) => organization.evolve(state, event, index + 1),
      organization.initial(walkedOrganizationId)
    )
    const decision = organization.decide(
      state,
      command,
      makeContext({ commandId: command.identity.message_id, now: 1_700_000_000_000 })
    )
    const request = sent(encodeCommand(command), { subject: `organization.commands.${addresseeOf(command)}` })
    const reply = decision._tag === "Rejected"
      ? failureReply(request, decision.rejection, state.version)
      : successReply(request, {
        outcome: "applied",
        version: state.version + 1,
        events: [{ id: "e", type: "T", version: state.version + 1, position: 9 }]
      })
    const { body } = encodeReply(reply)
    const again = Result.getOrThrow(decodeReply(body))
    assert.deepStrictEqual(again, reply)
    assert.strictEqual(encodeReply(again).body, body)
  }, { arbitrary })
})
