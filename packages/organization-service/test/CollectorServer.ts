import { Effect, type Scope } from "effect"
import { createServer, type IncomingHttpHeaders } from "node:http"
import type { AddressInfo } from "node:net"

/** A span as it stands in OTLP/JSON. */
export interface OtlpSpan {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
}

/** An attribute as it stands in OTLP/JSON. */
export type OtlpAttribute = { readonly key: string; readonly value: { readonly stringValue?: string } }

interface Point {
  readonly asInt?: number | string
  readonly asDouble?: number
  readonly attributes: ReadonlyArray<OtlpAttribute>
}

/** What a process sent at once: of one signal, with one resource. */
interface Export {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly resource: ReadonlyArray<OtlpAttribute>
  readonly spans: ReadonlyArray<OtlpSpan>
  readonly metrics: ReadonlyArray<
    { readonly name: string; readonly sum?: { readonly dataPoints: ReadonlyArray<Point> } }
  >
}

/** An OpenTelemetry collector on HTTP that keeps what it gets. */
export interface CollectorServer {
  readonly url: string
  readonly exports: ReadonlyArray<Export>
}

/** Starts a collector, which is gone when the scope closes. One that hangs takes everything and never answers. */
export const startCollector = ({ hangs = false } = {}): Effect.Effect<CollectorServer, never, Scope.Scope> =>
  Effect.gen(function*() {
    const exports: Array<Export> = []
    const server = createServer((request, response) => {
      let body = ""
      request.on("data", (chunk) => body += String(chunk)).on("end", () => {
        const { resourceMetrics = [], resourceSpans = [] } = JSON.parse(body)
        const [{ resource, scopeMetrics = [], scopeSpans = [] }] = [...resourceSpans, ...resourceMetrics]
        exports.push({
          path: request.url ?? "",
          headers: request.headers,
          resource: resource.attributes,
          spans: scopeSpans.flatMap((scope: { spans: unknown }) => scope.spans),
          metrics: scopeMetrics.flatMap((scope: { metrics: unknown }) => scope.metrics)
        })
        if (!hangs) response.end("{}")
      })
    })
    yield* Effect.acquireRelease(
      Effect.promise(() => new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve))),
      () =>
        Effect.promise(() => {
          server.closeAllConnections()
          return new Promise((resolve) => server.close(resolve))
        })
    )
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, exports }
  })
