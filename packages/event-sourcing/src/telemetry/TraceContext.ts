import { Context, Effect, Option, type Tracer } from "effect"

/**
 * Where a message belongs in a trace, as the values of the two headers of W3C Trace Context
 * (https://www.w3.org/TR/trace-context/); `null` where there is none. No `tracestate` without a `traceparent`.
 */
export interface TraceContext {
  readonly traceparent: string | null
  readonly tracestate: string | null
}

/** The context of a message that belongs to no trace. */
export const noTrace: TraceContext = { traceparent: null, tracestate: null }

/**
 * What tracing systems on the way here said about the current trace, for the `tracestate` of what is sent. Spans have no
 * place for it, so whoever continues a trace that came with one provides it here.
 */
export const TraceState = Context.Reference<string | null>("@cim-domain/event-sourcing/TraceContext/TraceState", {
  defaultValue: () => null
})

/** Longest `tracestate` that is passed on, in characters; the standard asks for at least this. */
const tracestateLengthMax = 512

const traceparentPattern = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/
const memberPattern =
  /^[a-z0-9][a-z0-9_\-*/@]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/
const membersMax = 32

/** Reads the trace context of a message. What is not as the standard spells it is no context and is not passed on. */
export const readTraceContext = (header: (name: string) => string | undefined): TraceContext => {
  const traceparent = header("traceparent")
  return traceparent === undefined || !traceparentPattern.test(traceparent)
    ? noTrace
    : { traceparent, tracestate: tracestateOf(header("tracestate")) }
}

/** The headers that carry a trace context. */
export const traceHeaders = ({ traceparent, tracestate }: TraceContext): Readonly<Record<string, string>> => ({
  ...(traceparent === null ? {} : { traceparent }),
  ...(traceparent === null || tracestate === null ? {} : { tracestate })
})

/** The trace context of the current span and {@link TraceState}: no trace without a span, or when tracing is off. */
export const currentTrace: Effect.Effect<TraceContext> = Effect.gen(function*() {
  const tracestate = yield* TraceState
  const span = Option.getOrUndefined(yield* Effect.option(Effect.currentSpan))
  const headers: Readonly<Record<string, string | undefined>> = {
    traceparent: span && traceparentOf(span),
    tracestate: tracestate ?? undefined
  }
  return readTraceContext((name) => headers[name])
})

/** A span of this process, or of another one, as a `traceparent`; `undefined` for one that cannot be spelt so. */
export const traceparentOf = ({ sampled, spanId, traceId }: Tracer.AnySpan): string | undefined => {
  const traceparent = `00-${traceId.padStart(32, "0")}-${spanId}-${sampled ? "01" : "00"}`
  return traceparentPattern.test(traceparent) ? traceparent : undefined
}

const tracestateOf = (value: string | undefined): string | null => {
  if (value === undefined || value.length > tracestateLengthMax) return null
  const members = value.split(",").map((member) => member.trim()).filter((member) => member !== "")
  return members.length > 0 && members.length <= membersMax && members.every((member) => memberPattern.test(member))
    ? members.join(",")
    : null
}
