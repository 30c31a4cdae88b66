import { assert, describe, it } from "@effect/vitest"
import {
  AuthorizationError,
  ClosedConnectionError,
  ConnectionError,
  InvalidArgumentError,
  NoRespondersError,
  PermissionViolationError,
  RequestError,
  TimeoutError,
  UserAuthenticationExpiredError
} from "@nats-io/nats-core"
import { fromClient, fromConnect, type NatsErrorReason, toStoreError } from "../src/connection/NatsError.ts"
import { fromApi } from "../src/stream/ApiError.ts"

type Tag = NatsErrorReason["_tag"]

const coded = (message: string, code: string) => Object.assign(new Error(message), { code })

describe("NatsError", () => {
  it("classifies codes of the JetStream API", () => {
    const table: ReadonlyArray<readonly [number, Tag, boolean]> = [
      [10071, "WrongLastSequence", false],
      [10164, "WrongLastSequence", false],
      [10201, "AlreadySeen", false],
      [10158, "BeingStored", false],
      [10167, "Busy", true],
      [10210, "Busy", true],
      [10176, "Busy", true],
      [10008, "Busy", true],
      [10077, "Busy", true],
      [10060, "StreamMissing", false],
      [10059, "StreamMissing", false],
      [10037, "MessageMissing", false],
      [10174, "AtomicBatchRefused", false],
      [10054, "MessageTooLarge", false],
      [10039, "NoJetStream", true],
      [10076, "NoJetStream", true],
      [10005, "PlacementRefused", true],
      [10074, "PlacementRefused", true],
      [10047, "StreamFull", false],
      [10023, "StreamFull", false],
      [10109, "StreamRefuses", false],
      [10169, "StreamRefuses", false],
      [10194, "Busy", true],
      [99999, "Unexpected", false]
    ]
    for (const [code, tag, isRetryable] of table) {
      const error = fromApi({ code: 400, err_code: code, description: "in the broker's words" })
      assert.deepStrictEqual([error.reason._tag, error.isRetryable], [tag, isRetryable], String(code))
    }
    assert.strictEqual(fromApi({ err_code: 10077, description: "maximum bytes exceeded" }).reason._tag, "StreamFull")
    assert.strictEqual(fromApi({ err_code: 10077, description: "maximum messages exceeded" }).reason._tag, "StreamFull")
    assert.strictEqual(fromApi({ code: 503, err_code: 77777, description: "later" }).reason._tag, "Busy")
  })

  it("takes no refusal of a publish for something that nobody can do anything about", () => {
    // Codes that the broker answers to a publish or a batch (nats-server 2.12 to 2.15).
    const codes = [
      10002,
      10009,
      10023,
      10028,
      10047,
      10054,
      10060,
      10063,
      10071,
      10077,
      10097,
      10109,
      10111,
      10118,
      10158,
      10163,
      10164,
      10165,
      10166,
      10167,
      10168,
      10169,
      10170,
      10171,
      10172,
      10174,
      10175,
      10176,
      10177,
      10179,
      10185,
      10188,
      10189,
      10190,
      10191,
      10192,
      10193,
      10194,
      10199,
      10200,
      10201,
      10203,
      10210,
      10212,
      10223,
      10227,
      19999
    ]
    for (const code of codes) {
      const error = fromApi({ code: 400, err_code: code, description: "in the broker's words" })
      const { reason } = toStoreError(error, { _tag: "Append", store: "S", aggregateIds: ["a"] })
      assert.notStrictEqual(reason._tag, "UnexpectedAnswer", String(code))
      if (reason._tag === "StoreUnusable") assert.include(reason.message, "in the broker's words")
    }
    const placed = (description: string) => {
      const { reason } = fromApi({ err_code: 10005, description })
      return reason._tag === "PlacementRefused" && reason.forGood
    }
    assert.isTrue(placed("no suitable peers for placement"))
    assert.isFalse(placed("no suitable peers for placement, peer offline"))
  })

  it("classifies what a request throws", () => {
    const table: ReadonlyArray<readonly [unknown, Tag, boolean]> = [
      [new NoRespondersError("x"), "NoResponders", true],
      [new RequestError("no responders", { cause: new NoRespondersError("x") }), "NoResponders", true],
      [new TimeoutError(), "Unanswered", true],
      [new RequestError("connection closed"), "Unanswered", true],
      [new ClosedConnectionError(), "Disconnected", true],
      [PermissionViolationError.parse(`Permissions Violation for Publish to "x"`), "PermissionRefused", false],
      [
        new RequestError("refused", {
          cause: PermissionViolationError.parse(`Permissions Violation for Publish to "x"`)
        }),
        "PermissionRefused",
        false
      ],
      [InvalidArgumentError.format("payload", "max_payload size exceeded"), "MessageTooLarge", false],
      [new Error("boom"), "Unexpected", false]
    ]
    for (const [raw, tag, isRetryable] of table) {
      const error = fromClient(raw, "x")
      assert.deepStrictEqual([error.reason._tag, error.isRetryable], [tag, isRetryable], String(raw))
    }
  })

  it("classifies why a connection did not come about; waiting may cure all of it", () => {
    const table: ReadonlyArray<readonly [unknown, Tag]> = [
      [new ConnectionError("connection refused"), "Unreachable"],
      [coded("getaddrinfo ENOTFOUND broker", "ENOTFOUND"), "Unreachable"],
      [new TimeoutError(), "Unreachable"],
      [undefined, "Unreachable"],
      [new AuthorizationError("'Authorization Violation'"), "AuthenticationRefused"],
      [new UserAuthenticationExpiredError("'User Authentication Expired'"), "AuthenticationRefused"],
      [new ConnectionError("server does not support 'tls'"), "TlsRefused"],
      [coded("self-signed certificate", "DEPTH_ZERO_SELF_SIGNED_CERT"), "TlsRefused"],
      [coded("certificate has expired", "CERT_HAS_EXPIRED"), "TlsRefused"],
      [coded("wrong version number", "ERR_SSL_WRONG_VERSION_NUMBER"), "TlsRefused"]
    ]
    for (const [raw, tag] of table) {
      const error = fromConnect(raw)
      assert.deepStrictEqual([error.reason._tag, error.isRetryable], [tag, true], String(raw))
    }
  })

  it("says what a failure means for an append and for a read", () => {
    const append = { _tag: "Append", store: "THINGS", aggregateIds: ["a", "b"] } as const
    const read = { _tag: "Read", store: "THINGS" } as const
    const table = [
      [fromApi({ err_code: 10071, description: "wrong" }), "VersionConflict", "UnexpectedAnswer"],
      [fromApi({ err_code: 10201, description: "duplicate" }), "AppendUnconfirmed", "StoreUnavailable"],
      [fromApi({ err_code: 10158, description: "in process" }), "CopyBeingStored", "StoreUnavailable"],
      [fromClient(new TimeoutError(), "x"), "AppendUnconfirmed", "StoreUnavailable"],
      [fromClient(new RequestError("connection closed"), "x"), "AppendUnconfirmed", "StoreUnavailable"],
      [fromClient(new NoRespondersError("x"), "x"), "StoreUnavailable", "StoreUnavailable"],
      [fromApi({ err_code: 10167, description: "full queue" }), "StoreUnavailable", "StoreUnavailable"],
      [fromApi({ err_code: 10174, description: "off" }), "AtomicAppendRefused", "AtomicAppendRefused"],
      [fromApi({ err_code: 10059, description: "gone" }), "StoreMissing", "StoreMissing"],
      [fromApi({ err_code: 10077, description: "maximum bytes exceeded" }), "StoreFull", "StoreFull"],
      [fromApi({ err_code: 10054, description: "too large" }), "EventTooLarge", "EventTooLarge"],
      [fromApi({ err_code: 10109, description: "sealed" }), "StoreUnusable", "StoreUnusable"],
      [fromApi({ err_code: 12345, description: "new" }), "StoreUnusable", "StoreUnusable"]
    ] as const
    const seen = (error: ReturnType<typeof fromApi>) => {
      const { reason } = toStoreError(error, append)
      return reason._tag === "AppendUnconfirmed" ? reason.alreadySeen : undefined
    }
    assert.deepStrictEqual(
      [fromApi({ err_code: 10201 }), fromApi({ err_code: 10158 }), fromClient(new TimeoutError(), "x")].map(seen),
      [true, undefined, false]
    )
    // Neither code says which of several aggregates it was.
    for (const err_code of [10071, 10164]) {
      const { reason } = toStoreError(fromApi({ err_code, description: "wrong last sequence: 12" }), append)
      assert.deepInclude(reason, { _tag: "VersionConflict", aggregateIds: ["a", "b"] })
    }
    for (const [error, appended, wasRead] of table) {
      assert.strictEqual(toStoreError(error, append).reason._tag, appended, error.message)
      assert.strictEqual(toStoreError(error, read).reason._tag, wasRead, error.message)
    }
  })
})
