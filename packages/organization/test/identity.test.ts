import { assert, describe, it } from "@effect/vitest"
import { acme, golden } from "./golden.ts"
import { refused, sent } from "./send.ts"

const create = JSON.parse(golden("commands")[0]!)
const labs = "0198c0de-0000-7000-8000-000000000002"
const message_id: string = create.identity.message_id
const short = { ...create, identity: { message_id: message_id.toUpperCase() } }

describe("an identity with a message id alone", () => {
  it("begins a conversation", () => {
    const root = { correlation_id: { kind: "Single", value: message_id }, causation_id: message_id, message_id }
    const { identity: _, ...command } = create
    const spellings = [
      short,
      { ...short, identity: { ...short.identity, correlation_id: null, causation_id: null } },
      { ...short, identity: { message_id: { id: message_id }, causation_id: message_id } },
      { id: labs, command, identity: short.identity }
    ]
    for (const body of spellings) {
      const request = sent(body, { headers: { "Nats-Msg-Id": "retry-7" } })
      assert.deepStrictEqual(request.command.identity, root)
      assert.deepStrictEqual(request.warnings, [])
    }
  })

  it("belongs to the conversation that the headers name", () => {
    const request = sent(short, { headers: { "X-Correlation-ID": labs, "X-Causation-ID": acme } })
    assert.deepStrictEqual(request.command.identity, {
      correlation_id: { kind: "Single", value: labs },
      causation_id: acme,
      message_id
    })
    assert.deepStrictEqual(sent(short, { headers: { "X-Correlation-ID": "x" } }).warnings, [
      "header X-Correlation-ID is not a UUID and was ignored"
    ])
  })

  it("is what it takes at least", () => {
    const { error } = refused({ ...create, identity: { causation_id: message_id } })
    assert.isTrue(error._tag === "ValidationFailed")
    assert.deepStrictEqual(error._tag === "ValidationFailed" && error.details.issues.map(({ path }) => path), [
      "identity.correlation_id",
      "identity.message_id"
    ])
  })
})
