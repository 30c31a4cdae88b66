import { internal, overloaded } from "@cim-domain/commands/errors/serviceErrors"
import { identifiedBytesMax } from "@cim-domain/commands/protocol/CommandReader"
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { encodeReply, failureReply, makeRefusal } from "../src/protocol.ts"
import { decodeCommandMessage, identifyCommandMessage } from "../src/protocol.ts"
import { addresseeOf, encodeCommand } from "../src/protocol.ts"
import { commandSubject } from "../src/protocol.ts"
import { anyCommand, walkedOrganizationId } from "../src/testing/arbitraries.ts"
import { arbitrary } from "./lawRuns.ts"

const options = { acceptLegacySubjects: true, newId: () => assert.fail("no id is minted") }
const messageOf = (body: string, headers: Readonly<Record<string, string>> = {}) => ({
  subject: commandSubject(walkedOrganizationId, "UpdateOrganization"),
  body: new TextEncoder().encode(body),
  header: (name: string) => headers[name]
})
const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

describe("a refusal", () => {
  it.prop("is to the letter what a failure reply to the same command is", [anyCommand], ([command]) => {
    const message = {
      ...messageOf(encodeCommand(command), { traceparent, tracestate: "a=1" }),
      subject: commandSubject(addresseeOf(command), command.command_type)
    }
    const decoded = decodeCommandMessage(message, options)
    assert.isTrue(Result.isSuccess(decoded))
    for (const error of [overloaded(256), internal()]) {
      assert.deepStrictEqual(
        makeRefusal(error)(identifyCommandMessage(message, options)),
        encodeReply(failureReply(Result.merge(decoded), error, null), { traceparent, tracestate: "a=1" })
      )
    }
  }, { arbitrary })

  it("of a message that is no command says what can be known", () => {
    const refuse = makeRefusal(overloaded(1))
    const id = "0198c0de-1000-7000-8000-000000000001"
    const headers = { "Nats-Msg-Id": id, "X-Correlation-ID": id }
    for (
      const body of ["", "{", "[]", "{\"command_type\":7}", `{"name":"${"x".repeat(identifiedBytesMax)}"}`]
    ) {
      assert.deepInclude(
        JSON.parse(refuse(identifyCommandMessage(messageOf(body, headers), options)).body),
        { command_type: null, command_id: id, correlation_id: id, aggregate_id: walkedOrganizationId },
        body.slice(0, 20)
      )
      assert.deepInclude(
        JSON.parse(refuse(identifyCommandMessage({ ...messageOf(body), subject: "elsewhere" }, options)).body),
        { command_type: null, command_id: null, correlation_id: null, aggregate_id: null, acknowledgment: null }
      )
    }
  })
})
