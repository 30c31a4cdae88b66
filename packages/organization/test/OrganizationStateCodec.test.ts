import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import { event } from "../src/events/event.ts"
import { eventSchemas } from "../src/OrganizationEvent.ts"
import { initialState } from "../src/OrganizationState.ts"
import { organizationStateCodec, stateFingerprint } from "../src/OrganizationStateCodec.ts"
import { choice } from "../src/wire/choice.ts"
import { acme } from "./golden.ts"

const { decode, encode, fingerprint } = organizationStateCodec

describe("a stored state", () => {
  it("has a fingerprint that is to change with its shape and with the meaning of events", () =>
    assert.match(fingerprint, /^[0-9a-f]{16}$/))
  it("is not believed by a version that knows another event, another field or another value", () => {
    const values = (...statuses: ReadonlyArray<string>) => ({ Changed: event("Changed", { status: choice(statuses) }) })
    const fingerprints = [
      eventSchemas,
      { ...eventSchemas, ...values("A") },
      { ...eventSchemas, ...values("A", "B") },
      { ...eventSchemas, Changed: event("Changed", { status: choice(["A"]), reason: Schema.String }) }
    ].map(stateFingerprint)
    assert.strictEqual(new Set(fingerprints).size, fingerprints.length)
    assert.strictEqual(fingerprints[0], fingerprint)
  })
  it("is readable JSON", () =>
    assert.deepStrictEqual(JSON.parse(encode(initialState(acme))), {
      id: acme,
      version: 0,
      updated_at: null,
      organization: null,
      departments: [],
      teams: [],
      roles: [],
      facilities: [],
      removed_facility_ids: [],
      children: [],
      absorbed: [],
      merged_into: null,
      recent_commands: { count: 0, forgotten: 0, packed: "" },
      unknown_events: { count: 0, first: null, first_unreadable: null },
      anomalies: { count: 0, last: [] }
    }))
  it("that is damaged is refused", () => {
    const text = encode(initialState(acme))
    for (
      const damaged of [
        "",
        "{",
        "[]",
        text.slice(1),
        text.replace("\"version\":0", "\"version\":-1"),
        text.replace(acme, "x")
      ]
    ) {
      assert.isTrue(Result.isFailure(decode(damaged)))
    }
  })
})
