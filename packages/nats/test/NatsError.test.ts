import { fromApi, fromClient, fromConnect, type NatsErrorReason, toStoreError } from "@cim-domain/nats/NatsError"
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

  it("classifies what a request throws", () => {
    const table: ReadonlyArray<readonly [unknown, Tag, boolean]> = [
      [new NoRespondersError("x"), "NoResponders", true],
      [new RequestError("no responders", { cause: new NoRespondersError("x") }), "NoResponders", true],
      [new TimeoutError(), "Unanswered", true],
      [new RequestError("connection closed"), "Unanswered", true],
      [new ClosedConnectionError(), "Disconnected", true],
      [PermissionViolationError.parse(`Permissions Violation for Publish to "x"`), "PermissionViolation", false],
      [
        new RequestError("refused", {
          cause: PermissionViolationError.parse(`Permissions Violation for Publish to "x"`)
        }),
        "PermissionViolation",
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
    const append = { _tag: "Append", store: "THINGS", aggregateId: "a", expectedPosition: 7 } as const
    const read = { _tag: "Read", store: "THINGS" } as const
    const table = [
      [fromApi({ err_code: 10071, description: "wrong" }), "VersionConflict", "UnexpectedAnswer"],
      [fromApi({ err_code: 10201, description: "duplicate" }), "AppendUnconfirmed", "StoreUnavailable"],
      [fromApi({ err_code: 10158, description: "in process" }), "VersionConflict", "StoreUnavailable"],
      [fromClient(new TimeoutError(), "x"), "AppendUnconfirmed", "StoreUnavailable"],
      [fromClient(new RequestError("connection closed"), "x"), "AppendUnconfirmed", "StoreUnavailable"],
      [fromClient(new NoRespondersError("x"), "x"), "StoreUnavailable", "StoreUnavailable"],
      [fromApi({ err_code: 10167, description: "full queue" }), "StoreUnavailable", "StoreUnavailable"],
      [fromApi({ err_code: 10174, description: "off" }), "PermissionRefused", "PermissionRefused"],
      [fromApi({ err_code: 10059, description: "gone" }), "StoreMissing", "StoreMissing"],
      [fromApi({ err_code: 10077, description: "maximum bytes exceeded" }), "StoreFull", "StoreFull"],
      [fromApi({ err_code: 10054, description: "too large" }), "EventTooLarge", "EventTooLarge"],
      [fromApi({ err_code: 12345, description: "new" }), "UnexpectedAnswer", "UnexpectedAnswer"]
    ] as const
    const seen = (error: ReturnType<typeof fromApi>) => {
      const { reason } = toStoreError(error, append)
      return reason._tag === "AppendUnconfirmed" ? reason.alreadySeen : undefined
    }
    assert.deepStrictEqual(
      [fromApi({ err_code: 10201 }), fromApi({ err_code: 10158 }), fromClient(new TimeoutError(), "x")].map(seen),
      [true, undefined, false]
    )
    for (const [error, appended, wasRead] of table) {
      assert.strictEqual(toStoreError(error, append).reason._tag, appended, error.message)
      assert.strictEqual(toStoreError(error, read).reason._tag, wasRead, error.message)
    }
  })
})
