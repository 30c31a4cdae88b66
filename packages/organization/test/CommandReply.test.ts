import {
  historyTruncated,
  internal,
  limitExceeded,
  overloaded,
  storeUnavailable
} from "@cim-domain/commands/errors/serviceErrors"
import { statusOf } from "@cim-domain/commands/Rejection"
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { errorKinds, errorTags } from "../src/OrganizationError.ts"
import { decodeReply, encodeReply, failureReply, successReply } from "../src/protocol.ts"
import { acme, golden } from "./golden.ts"
import { sent } from "./send.ts"

const request = sent(golden("commands")[0]!)
const reference = { id: "e", type: "OrganizationCreated", version: 1, position: 41 }
const read = (json: unknown) => Result.getOrThrow(decodeReply(JSON.stringify(json)))

describe("replies", () => {
  it("of a success name its events", () => {
    const reply = successReply(request, { outcome: "applied", version: 1, events: [reference] })
    assert.deepInclude(reply, {
      aggregate_id: acme,
      created_id: acme,
      stream_sequence: 41,
      events_generated: 1,
      version: 1
    })
    assert.deepStrictEqual(encodeReply(reply, { traceparent: "00-1", tracestate: "a=1" }).headers, {
      "X-Correlation-ID": request.correlationId.value,
      traceparent: "00-1",
      tracestate: "a=1"
    })
  })
  it("of what was found recorded name what was created then, whatever the repetition names", () => {
    const reply = (
      created_id?: string,
      outcome: "applied" | "duplicate" = "duplicate",
      createdId = request.createdId
    ) =>
      successReply({ ...request, createdId }, {
        outcome,
        version: 1,
        events: [{ ...reference, ...(created_id === undefined ? {} : { created_id }) }]
      })
    assert.strictEqual(reply(acme).created_id, acme)
    assert.strictEqual(reply("another").created_id, "another")
    assert.strictEqual(reply("another", "applied").created_id, "another")
    assert.isNull(reply(undefined, "duplicate", "a unit").created_id)
    assert.strictEqual(reply().created_id, acme, "it began this organization, whatever was recorded")
  })
  it("of a dry run have no sequences", () => {
    const reply = successReply(request, { outcome: "dry_run", version: 1, events: [reference] })
    assert.isNull(reply.stream_sequence)
    assert.isNull(reply.events[0]?.stream_sequence)
    assert.strictEqual(reply.events[0]?.version, 1)
  })
  it("of nothing to record have no events", () =>
    assert.deepInclude(successReply(request, { outcome: "no_change", version: 4, events: [] }), {
      version: 4,
      stream_sequence: null,
      events_generated: 0
    }))
  it("of failures have the headers of a service error, on one line", () => {
    const { headers } = encodeReply(failureReply(request, storeUnavailable("a\r\nX-Evil: b"), 0))
    assert.deepInclude(headers, {
      "Nats-Service-Error": "Store unavailable: a X-Evil: b",
      "Nats-Service-Error-Code": "503"
    })
  })
  it("of older services are understood", () => {
    assert.deepInclude(read({ status: "ok" }), { status: "ok", outcome: "applied", events: [] } as object)
    assert.deepInclude(read({ error: "Organization not found: x" }), { status: "error", version: null })
  })
  it("of newer services are understood", () => {
    const failure = {
      _tag: "TooLate",
      code: "TOO_LATE",
      category: "state",
      retryable: true,
      message: "m",
      details: { a: 1 }
    }
    const reply = read({ status: "error", error: "m", failure, more: 1 })
    assert.deepStrictEqual(
      reply.status === "error" && reply.failure,
      { ...failure, _tag: "UnknownFailure", details: {} } as never
    )
  })
  it("that are none are told", () => {
    for (const body of ["", "[]", "{}", "{\"status\":\"maybe\"}", "{\"status\":\"ok\",\"events\":1}"]) {
      assert.isTrue(Result.isFailure(decodeReply(body)))
    }
  })
})

describe("errors", () => {
  it("have the code of their tag and the status of their category", () => {
    assert.deepInclude(errorKinds.OrganizationNotFound.make({ organization_id: acme }), {
      code: "ORGANIZATION_NOT_FOUND",
      category: "not_found",
      retryable: false,
      message: `Organization not found: ${acme}`
    })
    assert.strictEqual(statusOf.limit, 422)
    assert.lengthOf(errorTags, 47)
  })
  it("that a retry may cure are these", () => {
    const retryable = errorTags.filter((tag) => errorKinds[tag].schema.fields.retryable.literal)
    assert.sameMembers(retryable, [
      "ConcurrencyExhausted",
      "HierarchyBusy",
      "UpgradeRequired",
      "ReadModelBehind",
      "StoreUnavailable",
      "Overloaded"
    ])
  })
  it("of the service survive a reply", () => {
    for (
      const error of [
        storeUnavailable("no leader"),
        overloaded(256),
        historyTruncated(7),
        internal(),
        errorKinds.ConcurrencyExhausted.make({ attempts: 8 }),
        limitExceeded("events", 1, 2)
      ]
    ) {
      const reply = failureReply(request, error, null)
      assert.deepStrictEqual(Result.getOrThrow(decodeReply(encodeReply(reply).body)), reply)
    }
  })
})
