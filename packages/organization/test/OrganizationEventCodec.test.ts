import { assert, describe, it } from "@effect/vitest"
import { encodeEvent, organizationEventCodec } from "../src/protocol.ts"
import { acme, golden } from "./golden.ts"
import { readEvent } from "./readEvent.ts"

const createdLine = golden("events")[0]!
const created = JSON.parse(createdLine)
const opaque = (data: string) => {
  const event = readEvent(data)
  return event.event_type === "Opaque"
    ? [event.recorded_type, event.schema_version, event.readable]
    : [event.event_type]
}

describe("a stored event", () => {
  it("names its command: by causation when it has an identity of its own, else by the identity it was given", () => {
    const [first] = golden("events-1").map((line) => JSON.parse(line))
    const [causation_id, message_id] = [first.identity.causation_id.replace(/0001$/, "000f"), first.identity.message_id]
    const given = readEvent(JSON.stringify({ ...first, identity: { ...first.identity, causation_id } }))
    assert.strictEqual(organizationEventCodec.encode(given).cause.commandId, message_id)
    const own = { ...first.identity, causation_id, message_id: first.event_id }
    assert.strictEqual(
      organizationEventCodec.encode(readEvent(JSON.stringify({ ...first, identity: own }))).cause.commandId,
      causation_id
    )
  })

  it("is written with its cause", () => {
    const { data, ...rest } = organizationEventCodec.encode(readEvent(createdLine))
    assert.strictEqual(data, createdLine)
    assert.deepStrictEqual(rest, {
      id: "0198c0de-1000-78a3-b863-1f9acf73e14e",
      type: "OrganizationCreated",
      token: "created",
      schemaVersion: 2,
      cause: {
        commandId: "0198c0de-1000-7000-8000-000000000001",
        correlationId: "0198c0de-1000-7000-8000-000000000001",
        causationId: "0198c0de-1000-7000-8000-000000000001",
        actor: "hr-portal"
      }
    })
  })
  it("of the first version is read and written as one of the second", () => {
    const { description: _, founded_date: __, initial_status: ___, issued_by: ____, schema_version: _____, ...old } =
      created
    const text = JSON.stringify({ ...old, occurred_at: "2025-08-19T09:30:00.123456789Z" })
    assert.strictEqual(
      encodeEvent(readEvent(text)),
      JSON.stringify({
        ...created,
        occurred_at: "2025-08-19T09:30:00.123Z",
        description: null,
        founded_date: null,
        issued_by: null
      })
    )
  })
  it("of the first version about a merger was recorded with the surviving organization", () => {
    const merged = golden("events").map((line) => JSON.parse(line)).find((event) =>
      event.event_type === "OrganizationMerged"
    )
    const { issued_by: _, recorded_on: __, schema_version: ___, ...old } = merged
    assert.deepInclude(readEvent(JSON.stringify(old)), { recorded_on: "surviving" })
  })
  it("is not held to the rules for commands", () => {
    const odd = {
      ...created,
      name: "",
      display_name: "\u0007",
      organization_type: { Other: "" },
      metadata: { constructor: 1 }
    }
    assert.deepInclude(readEvent(JSON.stringify(odd)), { name: "", organization_type: { Other: "" } })
    assert.strictEqual(encodeEvent(readEvent(JSON.stringify(odd))), JSON.stringify(odd))
  })
  it("keeps metadata whose keys mean something to JavaScript as data", () => {
    const text = createdLine.replace("{\"industry\":\"technology\"}", "{\"__proto__\":{\"polluted\":true}}")
    assert.strictEqual(encodeEvent(readEvent(text)), text)
    assert.isUndefined(({} as { polluted?: unknown }).polluted)
  })
})

describe("a stored event that cannot be read", () => {
  it("is of an unknown type", () =>
    assert.deepStrictEqual(opaque("{\"event_type\":\"OrganizationTeleported\"}"), ["OrganizationTeleported", 1, true]))
  it("has the name of something else", () => {
    for (const type of ["toString", "__proto__", "Opaque"]) {
      assert.deepStrictEqual(opaque(JSON.stringify({ ...created, event_type: type })), [type, 2, true])
    }
  })
  it("is of a newer version", () =>
    assert.deepStrictEqual(opaque(JSON.stringify({ ...created, schema_version: 3 })), ["OrganizationCreated", 3, true]))
  it("has no version that makes sense", () =>
    assert.deepStrictEqual(opaque(JSON.stringify({ ...created, schema_version: "2" })), [
      "OrganizationCreated",
      null,
      true
    ]))
  it("has an unknown enum value", () =>
    assert.deepStrictEqual(opaque(JSON.stringify({ ...created, initial_status: "Dormant" })), [
      "OrganizationCreated",
      2,
      true
    ]))
  it("has a field of another type", () => {
    for (const changed of [{ name: 7 }, { identity: null }, { organization_id: "x" }, { occurred_at: "yesterday" }]) {
      assert.deepStrictEqual(opaque(JSON.stringify({ ...created, ...changed })), ["OrganizationCreated", 2, true])
    }
  })
  it("is JSON but no object", () => assert.deepStrictEqual(opaque("[]"), ["FromTheSubject", null, true]))
  it("is no JSON", () => {
    for (const text of ["", "{", "\u0000", "[".repeat(1_000_000)]) {
      assert.deepStrictEqual(opaque(text), ["FromTheSubject", null, false])
    }
  })
  it("keeps its text and what the store knows", () => {
    const event = readEvent("{", { id: "e", commandId: "c", correlationId: "r", aggregateId: acme })
    assert.strictEqual(encodeEvent(event), "{")
    assert.deepInclude(event, { event_id: "e", command_id: "c", correlation_id: "r", data: "{" })
  })
})
