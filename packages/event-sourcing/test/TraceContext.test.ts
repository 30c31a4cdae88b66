import { assert, it } from "@effect/vitest"
import { noTrace, readTraceContext, traceHeaders } from "../src/telemetry/TraceContext.ts"

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
const read = (headers: Readonly<Record<string, string>>) => readTraceContext((name) => headers[name])

it("what the standard allows is read, and written as it was", () => {
  const long = Array.from({ length: 32 }, (_, n) => `k${n}=v`).join(",")
  for (
    const tracestate of ["rojo=00f067aa0ba902b7", "a=1,b=2", "t61rcwkgmze@nr=~!", "a= b", long]
  ) {
    const headers = { traceparent, tracestate }
    assert.deepStrictEqual(traceHeaders(read(headers)), headers)
  }
  assert.strictEqual(read({ traceparent, tracestate: " a=1 ,, b=2\t" }).tracestate, "a=1,b=2")
})

it("a traceparent that is none is no context, whatever its state says", () => {
  for (
    const wrong of [
      "",
      "00-1-2-01",
      traceparent.toUpperCase(),
      `ff${traceparent.slice(2)}`,
      "00-00000000000000000000000000000000-b7ad6b7169203331-01",
      "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
      `${traceparent}\r\nX: y`
    ]
  ) {
    assert.deepStrictEqual(read({ traceparent: wrong, tracestate: "a=1" }), noTrace, wrong)
  }
  assert.deepStrictEqual(traceHeaders(noTrace), {})
  assert.deepStrictEqual(traceHeaders({ traceparent: null, tracestate: "a=1" }), {})
})

it("a state that is none, or too long, is left out, and the trace goes on", () => {
  const tooMany = Array.from({ length: 33 }, (_, n) => `k${n}=v`).join(",")
  for (
    const tracestate of ["", ",", "a", "A=1", "a=1\r\nX: y", "a=b=c", "a=ä", "a=", tooMany, `a=${"x".repeat(511)}`]
  ) {
    assert.deepStrictEqual(read({ traceparent, tracestate }), { traceparent, tracestate: null }, tracestate)
  }
})
