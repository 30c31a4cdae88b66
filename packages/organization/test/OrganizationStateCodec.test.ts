import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { initialState } from "../src/protocol.ts"
import { organizationStateCodec } from "../src/protocol.ts"
import { acme } from "./golden.ts"

const { decode, encode, fingerprint } = organizationStateCodec

describe("a stored state", () => {
  it("has a fingerprint that is to change with its shape and with the meaning of events", () =>
    assert.match(fingerprint, /^[0-9a-f]{16}$/))
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
      recent_commands: { count: 0, forgotten: 0, forgotten_until: -1, forgotten_others: 0, packed: "" },
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
