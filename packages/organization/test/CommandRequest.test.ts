import { noTrace } from "@cim-domain/event-sourcing/TraceContext"
import { assert, describe, it } from "@effect/vitest"
import { commandTypes } from "../src/OrganizationCommand.ts"
import { failureReply } from "../src/protocol.ts"
import { deriveId } from "../src/protocol.ts"
import { encodeCommand } from "../src/protocol.ts"
import { acme, golden } from "./golden.ts"
import { mintedId, refused, send, sent, subjectFor } from "./send.ts"

const [create, update, , , , createDepartment] = golden("commands").map((line) => JSON.parse(line))
const labs = "0198c0de-0000-7000-8000-000000000002"
const messageId: string = create.identity.message_id
const without = (command: Record<string, unknown>, ...keys: ReadonlyArray<string>) =>
  Object.fromEntries(Object.entries(command).filter(([key]) => !keys.includes(key)))
const issuesOf = (body: unknown, options?: Parameters<typeof send>[1]) => {
  const { error } = refused(body, options)
  return error._tag === "ValidationFailed" ? error.details.issues : error
}
const pathsOf = (body: unknown, options?: Parameters<typeof send>[1]) => {
  const issues = issuesOf(body, options)
  return Array.isArray(issues) ? issues.map(({ path }) => path) : issues
}
const nested = (depth: number) => `${"{\"a\":".repeat(depth)}1${"}".repeat(depth)}`

describe("a command in another form", () => {
  const same = (body: unknown, options?: Parameters<typeof send>[1]) =>
    assert.strictEqual(encodeCommand(sent(body, options).command), JSON.stringify(create))

  it("may write ids as objects with `value`, as strings, in any case, with braces, as URN or without hyphens", () => {
    for (
      const id of [{ value: acme }, acme, acme.toUpperCase(), `{${acme}}`, `urn:uuid:${acme}`, acme.replaceAll("-", "")]
    ) {
      same({ ...create, organization_id: id })
      same({ ...create, identity: { ...create.identity, message_id: id === acme ? { id: messageId } : messageId } })
    }
  })
  it("may write timestamps with offsets, a space and any precision", () => {
    for (
      const date of [
        "2020-01-15T00:00:00Z",
        "2020-01-15 00:00:00.000999999Z",
        "2020-01-15T02:30:00.0+02:30",
        "2020-01-14T16:00:00-08:00",
        "2020-01-15t00:00:00z"
      ]
    ) same({ ...create, founded_date: date })
  })
  it("may write a unit variant as an object", () => same({ ...create, organization_type: { Corporation: null } }))
  it("may write the correlation as a plain id", () =>
    same({ ...create, identity: { ...create.identity, correlation_id: messageId } }))
  it("may leave out what has a default", () => {
    same(without(create, "parent_id", "initial_status"))
    const short = sent(without(create, "display_name", "description", "metadata", "founded_date")).command
    assert.deepInclude(short, {
      display_name: "Acme Corporation",
      description: null,
      metadata: {},
      founded_date: null
    } as object)
  })
  it("may come in an envelope", () => {
    same({ id: messageId, command: create, issued_by: null, identity: create.identity })
    const { command, warnings } = sent({
      id: messageId,
      command: without(create, "identity"),
      issued_by: "eve",
      extra: 1
    })
    assert.strictEqual(command.identity.message_id, messageId)
    assert.strictEqual(command.issued_by, "eve")
    assert.deepStrictEqual(warnings, ["unknown field ignored: extra"])
  })
  it("is told which fields it has in vain", () => {
    const { warnings } = sent({
      ...create,
      nmae: 1,
      ["__proto__x"]: 1,
      organization_id: { id: acme, version: 2 },
      identity: { ...create.identity, trace: 1, correlation_id: { ...create.identity.correlation_id, span: 1 } },
      metadata: { anything: { goes: true } }
    })
    assert.deepStrictEqual(warnings.map((warning) => warning.replace("unknown field ignored: ", "")).toSorted(), [
      "__proto__x",
      "identity.correlation_id.span",
      "identity.trace",
      "nmae",
      "organization_id.version"
    ])
  })
  it("may have fields that mean something to JavaScript, in vain", () => {
    const text = JSON.stringify(create).replace(
      "{",
      "{\"__proto__\":{\"name\":\"Evil\",\"issued_by\":\"eve\"},\"toString\":1,"
    )
    const { command, warnings } = sent(text)
    assert.strictEqual(encodeCommand(command), JSON.stringify(create))
    assert.deepStrictEqual(warnings, ["unknown field ignored: __proto__", "unknown field ignored: toString"])
  })
  it("gets a bounded list of them", () => {
    const extra = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`x${index}`, 1]))
    const { warnings } = sent({ ...create, ...extra })
    assert.lengthOf(warnings, 51)
    assert.strictEqual(warnings.at(-1), "950 more unknown fields ignored")
  })
  it("is normalised: space around text, composed characters, repeated permissions", () => {
    assert.deepInclude(sent({ ...create, name: "  Zoe\u0308 " }).command, { name: "Zoë" })
    const role = golden("commands").map((line) => JSON.parse(line)).find((line) => line.command_type === "CreateRole")
    assert.deepInclude(sent({ ...role, permissions: ["b", "a", " b "] }).command, { permissions: ["b", "a"] } as object)
  })
})

describe("identity", () => {
  const anonymous = without(create, "identity", "organization_id")
  it("comes from the headers when the body has none", () => {
    const headers = { "Nats-Msg-Id": messageId, "X-Correlation-ID": labs, "X-Causation-ID": acme }
    const request = sent(anonymous, { headers, subject: "organization.commands.new.create_organization" })
    assert.deepStrictEqual(request.command.identity, {
      correlation_id: { kind: "Single", value: labs },
      causation_id: acme,
      message_id: messageId
    })
    assert.deepStrictEqual(request.warnings, [])
  })
  it("is minted when nothing has one, with a warning", () => {
    const request = sent(anonymous, { headers: { "Nats-Msg-Id": "retry-7" }, subject: "organization.commands.create" })
    assert.strictEqual(request.commandId, mintedId)
    assert.strictEqual(request.causationId, mintedId)
    assert.deepStrictEqual(request.correlationId, { kind: "Single", value: mintedId })
    assert.deepStrictEqual(request.warnings, [
      "header Nats-Msg-Id is not a UUID and was ignored",
      `the command has no identity and was given message id ${mintedId}; sending it again would repeat it`
    ])
  })
  it("in the body wins over the headers", () =>
    assert.strictEqual(sent(create, { headers: { "Nats-Msg-Id": labs, "X-Actor": "x" } }).commandId, messageId))
  it("must be complete but for what a message id alone says", () =>
    assert.deepStrictEqual(pathsOf({ ...create, identity: { correlation_id: { kind: "Double" }, message_id: 7 } }), [
      "identity.correlation_id.kind",
      "identity.correlation_id.value",
      "identity.causation_id",
      "identity.message_id"
    ]))
})

describe("what is created", () => {
  it("is named by the body, else by the subject, else by the message", () => {
    const nameless = without(create, "organization_id")
    assert.strictEqual(sent(create).createdId, acme)
    assert.strictEqual(sent(nameless, { subject: subjectFor("CreateOrganization", labs) }).createdId, labs)
    assert.strictEqual(
      sent(nameless, { subject: "organization.commands.new.create_organization" }).createdId,
      deriveId(messageId, "organization")
    )
  })
  it("is derived for units", () => {
    const request = sent(without(createDepartment, "department_id"))
    assert.strictEqual(request.createdId, deriveId(createDepartment.identity.message_id, "department"))
    assert.strictEqual(request.aggregateId, acme)
  })
  it("is nothing for other commands", () => assert.isNull(sent(update).createdId))
})

describe("headers", () => {
  it("give actor, expected version, dry run and trace", () => {
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    const request = sent(update, {
      headers: { "X-Actor": "eve", "X-Expected-Version": "7", "X-Dry-Run": "TRUE", traceparent, tracestate: "a=1" }
    })
    assert.deepStrictEqual(
      [request.issuedBy, request.expectedVersion, request.dryRun, request.trace],
      ["eve", 7, true, { traceparent, tracestate: "a=1" }]
    )
  })
  it("pass on a trace context only as the standard spells it", () => {
    for (const traceparent of ["", "00-1-2-01", "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01"]) {
      assert.deepStrictEqual(sent(update, { headers: { traceparent, tracestate: "a=1" } }).trace, noTrace)
    }
  })
  it("lose against the body", () => {
    const request = sent({ ...update, issued_by: "adam", expected_version: 3 }, {
      headers: { "X-Actor": "eve", "X-Expected-Version": "7" }
    })
    assert.deepStrictEqual([request.issuedBy, request.expectedVersion, request.dryRun], ["adam", 3, false])
  })
  it("must mean something", () =>
    assert.deepStrictEqual(
      pathsOf(update, { headers: { "X-Actor": "\u0000", "X-Expected-Version": "-1", "X-Dry-Run": "maybe" } }),
      ["X-Actor", "X-Expected-Version", "X-Dry-Run"]
    ))
})

describe("a malformed message", () => {
  const malformed = (body: unknown) => refused(body).error
  it("may not be UTF-8", () =>
    assert.deepInclude(malformed(Uint8Array.of(0x7b, 0xff, 0x7d)), { message: "Malformed message: it is not UTF-8" }))
  it("may not be JSON", () => {
    for (const text of ["", "{", "undefined", "{\"a\":1}}", "{'a':1}"]) {
      assert.deepInclude(malformed(text), { message: "Malformed message: it is not JSON" })
    }
  })
  it("may have headers that nobody can read, one of which may say that it is a dry run", () =>
    assert.deepInclude(refused(update, { headersProblem: "bad name" }).error, {
      message: "Malformed message: its headers cannot be read: bad name"
    }))
  it("may not be an object", () => {
    for (const json of [[], [create], 1, "text", null, true]) {
      assert.deepInclude(malformed(JSON.stringify(json)), { message: "Malformed message: it is not a JSON object" })
    }
  })
  it("may be too large", () => {
    const size = 300 * 1024
    assert.deepInclude(malformed(new Uint8Array(size)), {
      _tag: "LimitExceeded",
      details: { limit: "command_bytes", max: 262144, actual: size }
    } as object)
  })
  it("may nest too deep", () => {
    for (const text of [nested(65), "[".repeat(200_000), `${"[".repeat(100_000)}${"]".repeat(100_000)}`]) {
      assert.deepInclude(malformed(text), { message: "Malformed message: it nests deeper than 64 levels" })
    }
    assert.strictEqual(malformed(`{"a":"${"[".repeat(1000)}"}`)._tag, "ValidationFailed")
  })
  it("may name no command", () => {
    for (
      const body of [{}, { command_type: 7 }, { command_type: null }, { command: {} }, {
        command: { command_type: [] }
      }]
    ) {
      assert.strictEqual(malformed(body)._tag, "ValidationFailed")
    }
  })
  it("may name an unknown command", () => {
    for (const type of ["createOrganization", "toString", "__proto__", "x".repeat(100_000)]) {
      const { commandId, error } = refused({ ...create, command_type: type })
      assert.strictEqual(commandId, messageId)
      assert.deepInclude(error, { _tag: "UnknownCommandType", details: { command_type: type.slice(0, 100) } } as object)
    }
  })
  it("is not one for a null where something may be missing", () => {
    const { command } = sent({ ...create, metadata: null, initial_status: null, description: null })
    assert.deepInclude(command, { metadata: {}, initial_status: "Active", description: null } as object)
    assert.deepInclude(sent({ ...update, clear: null }).command, { clear: [] } as object)
  })
  it("does not say two things where one is to be chosen", () => {
    for (const organization_type of [{ LLC: null, Corporation: null }, {}]) {
      assert.strictEqual(refused({ ...create, organization_type }).error._tag, "ValidationFailed")
    }
  })
  it("is not taken for an envelope because of a field of that name", () => {
    const request = sent({ ...update, command: create }, { subject: subjectFor("UpdateOrganization") })
    assert.strictEqual(request.command.command_type, "UpdateOrganization")
    assert.deepStrictEqual(request.warnings, ["unknown field ignored: command"])
  })
  it("is answered in the conversation it belongs to", () => {
    for (const kind of ["Single", "Transaction"]) {
      const identity = { ...create.identity, correlation_id: { kind, value: messageId } }
      assert.deepStrictEqual(refused({ ...create, identity, name: 7 }).correlationId as object, {
        kind,
        value: messageId
      })
    }
  })
  it("is not taken for the command of its subject", () => {
    const subject = subjectFor("UpdateOrganization")
    for (const body of ["{", {}, { command_type: 7 }, { command_type: "Nonsense" }]) {
      assert.isNull(refused(body, { subject }).commandType)
    }
    assert.strictEqual(refused(create, { subject }).commandType, "CreateOrganization")
  })
  it("is answered with what is known of it", () => {
    const failed = refused({ ...create, name: 7 })
    const reply = failureReply(failed, failed.error, null)
    assert.deepInclude(reply, {
      command_type: "CreateOrganization",
      command_id: messageId,
      correlation_id: messageId,
      aggregate_id: acme,
      version: null
    })
    assert.deepStrictEqual(failureReply(refused("{", { subject: "x" }), failed.error, null).acknowledgment, null)
    const bySubject = refused("{", { subject: subjectFor("UpdateOrganization"), headers: { "Nats-Msg-Id": messageId } })
    assert.deepInclude(bySubject, { commandType: null, commandId: messageId, aggregateId: acme })
  })
})

describe("a command with wrong values", () => {
  it("is told all of them at once", () => {
    const issues = issuesOf({
      ...create,
      name: " ",
      display_name: 7,
      description: "\u0007",
      organization_type: "Gmbh",
      parent_id: "nobody",
      founded_date: "2020-02-30T00:00:00Z",
      metadata: [],
      organization_id: { uuid: acme },
      initial_status: "Suspended",
      issued_by: "x".repeat(201),
      expected_version: 1.5
    })
    assert.deepStrictEqual(issues, [
      { path: "name", message: "Expected a string with between 1 and 200 code points" },
      { path: "display_name", message: "Expected string" },
      { path: "description", message: "Expected text without control characters other than line feed and tab" },
      {
        path: "organization_type",
        message:
          "Expected \"Corporation\" | \"NonProfit\" | \"Government\" | \"Partnership\" | \"SoleProprietorship\" | \"Cooperative\" | \"LLC\""
      },
      { path: "parent_id", message: "Expected a UUID (RFC 9562, version 1 to 8)" },
      { path: "founded_date", message: "Expected a date or an RFC 3339 timestamp" },
      { path: "metadata", message: "Expected a JSON object" },
      { path: "organization_id", message: "Expected a UUID (RFC 9562, version 1 to 8)" },
      { path: "initial_status", message: "Expected \"Active\" | \"Pending\"" },
      { path: "issued_by", message: "Expected a string with between 0 and 200 code points" },
      { path: "expected_version", message: "Expected an integer" }
    ])
  })
  it("is told the path within an envelope", () =>
    assert.deepStrictEqual(pathsOf({ command: { ...create, name: "" }, identity: null }), ["command.name"]))
  it("lacks what is required", () => {
    for (const type of commandTypes) {
      const paths = pathsOf({ command_type: type }, { subject: subjectFor(type) })
      assert.isArray(paths)
      assert.isAbove((paths as ReadonlyArray<string>).length, 0)
    }
    assert.deepStrictEqual(pathsOf({ command_type: "CreateOrganization" }), [
      "name",
      "display_name",
      "organization_type"
    ])
  })
  it("may not both set and clear a field", () =>
    assert.deepStrictEqual(pathsOf({ ...update, description: "x", clear: ["description"] }), ["description"]))
  it("may clear only what is optional", () =>
    assert.deepStrictEqual(pathsOf({ ...update, clear: ["name"] }), ["clear[0]"]))
  it("may not both transfer and promote the children of a facility", () => {
    const remove = golden("commands").map((line) => JSON.parse(line)).find((line) =>
      line.command_type === "RemoveFacility"
    )
    assert.deepStrictEqual(pathsOf({ ...remove, promote_children: true }), ["promote_children"])
  })
  it("stays within its bounds", () => {
    const role = golden("commands").map((line) => JSON.parse(line)).find((line) => line.command_type === "CreateRole")
    const bad: ReadonlyArray<readonly [string, unknown]> = [
      ["level", 256],
      ["level", -1],
      ["code", ""],
      ["code", "a  b"],
      ["code", "x".repeat(65)],
      ["code", "a\u200bb"],
      ["title", "x".repeat(201)],
      ["title", "a\nb"],
      ["description", "x".repeat(4001)],
      ["permissions", Array.from({ length: 201 }, (_, index) => String(index))],
      ["role_type", "technical"]
    ]
    for (const [field, value] of bad) assert.deepStrictEqual(pathsOf({ ...role, [field]: value }), [field])
    assert.deepStrictEqual(pathsOf({ ...role, responsibilities: ["ok", "", 3] }), [
      "responsibilities[1]",
      "responsibilities[2]"
    ])
    sent({
      ...role,
      level: 0,
      code: "é".repeat(64),
      title: "🏢".repeat(200),
      permissions: Array.from({ length: 300 }, () => "p")
    })
  })
  it("lists a bounded number of issues", () => {
    const role = golden("commands").map((line) => JSON.parse(line)).find((line) => line.command_type === "CreateRole")
    const issues = issuesOf({ ...role, permissions: Array.from({ length: 1000 }, () => 1) })
    assert.strictEqual(JSON.stringify(issues).split("\"path\"").length - 1, 101)
    assert.include(JSON.stringify(issues), "{\"path\":\"\",\"message\":\"900 more issues\"}")
  })
  it("does not look into a list that is too long", () => {
    const role = golden("commands").map((line) => JSON.parse(line)).find((line) => line.command_type === "CreateRole")
    assert.deepStrictEqual(issuesOf({ ...role, permissions: Array.from({ length: 1001 }, () => "p") }), [
      { path: "permissions", message: "Expected at most 1000 items" }
    ])
    assert.deepStrictEqual(issuesOf({ ...update, clear: Array.from({ length: 101 }, () => "description") }), [
      { path: "clear", message: "Expected at most 100 items" }
    ])
  })
})
