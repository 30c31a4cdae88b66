import { assert, describe, it } from "@effect/vitest"
import { MsgHdrsImpl } from "@nats-io/nats-core"
import { Arbitrary, Schema } from "effect"
import type { NatsMessage } from "../src/connection/NatsSocket.ts"
import { hasStatus, headerValues, storedHeaderValues } from "../src/message/HeaderValues.ts"

const message = (text: string): NatsMessage => {
  const bytes = Buffer.from(text)
  const message = {
    _msg: { hdr: bytes.length },
    _rdata: bytes,
    get headers() {
      return MsgHdrsImpl.decode(bytes)
    }
  }
  return message as unknown as NatsMessage
}

/** What a function gives, or that it throws. */
const outcome = <A>(run: () => A): A | "threw" => {
  try {
    return run()
  } catch {
    return "threw"
  }
}

const requireSame = (text: string) => {
  const client = outcome(() => MsgHdrsImpl.decode(Buffer.from(text)))
  const expected = client === "threw" ? "threw" : [...client]
  assert.deepStrictEqual(outcome(() => [...headerValues(message(text))]), expected)
  assert.deepStrictEqual(outcome(() => [...storedHeaderValues(Buffer.from(text).toString("base64"))]), expected)
  assert.strictEqual(outcome(() => hasStatus(message(text))), client === "threw" ? "threw" : client.code !== 0)
}

const piece = Arbitrary.flatMap(
  Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 14 }))),
  (index) =>
    index === 14
      ? Arbitrary.schema(Schema.String)
      : Arbitrary.Constant(
        [
          "NATS/1.0",
          "NATS/1.0 204 EOB",
          "\r\n",
          "\r\n",
          "\r",
          "\n",
          ":",
          ": ",
          " ",
          "a",
          "Nats-Subject",
          "a b",
          "é",
          "%20"
        ][
          index
        ]!
      )
)

describe("headers", () => {
  it.prop("are read as the client reads them", [Arbitrary.array(piece, { maxLength: 16 })], ([pieces]) => {
    requireSame(pieces.join(""))
    requireSame(`NATS/1.0\r\nX-A: 1\r\n${pieces.join("")}\r\n\r\n`)
  }, { arbitrary: { runs: 1_000 } })
  it("of an event, with those of the server behind", () => {
    requireSame("NATS/1.0\r\nNats-Sequence: 1\r\nX-Actor:  zoë %20\r\nEmpty:\r\nNats-Sequence: 22\r\n\r\n")
    requireSame("NATS/1.0 404 Message Not Found\r\n\r\n")
    requireSame("NATS/1.0\r\na b: c\r\n\r\n")
  })
  it("that are not there are none", () => {
    const none = { _msg: { hdr: -1 }, _rdata: Buffer.from("{}"), headers: undefined } as unknown as NatsMessage
    assert.deepStrictEqual([headerValues(none).size, hasStatus(none)], [0, false])
  })
})
