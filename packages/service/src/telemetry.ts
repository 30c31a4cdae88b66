import { Duration, Layer, References } from "effect"
import { FetchHttpClient, HttpClient } from "effect/http"
import { OtlpMetrics, OtlpSerialization, OtlpTracer } from "effect/observability"
import { randomUUID } from "node:crypto"
import { makeCollector } from "./makeCollector.ts"
import type { Settings } from "./Settings.ts"

/** Spans go out when there are this many, which is {@link spanIntervalMillis} at the latest. */
export const spansInBatch = 512

const spanIntervalMillis = 5_000
const metricIntervalMillis = 60_000

/** Time for what is left when the replica stops, in milliseconds. */
const shutdownMillis = 1_000

/**
 * Spans and metrics for an OpenTelemetry collector, over OTLP/HTTP. Without a collector nobody could ever see a span, so
 * none is made, and the trace context of a command goes through unchanged.
 */
export const telemetry = (
  name: string,
  { otlpEndpoint, otlpHeaders, resourceAttributes = {}, serviceName }: Pick<
    Settings,
    "otlpEndpoint" | "otlpHeaders" | "resourceAttributes" | "serviceName"
  >
): Layer.Layer<never> => {
  if (otlpEndpoint === undefined) return Layer.succeed(References.TracerEnabled, false)
  const base = otlpEndpoint.replace(/\/+$/, "")
  const options = {
    headers: otlpHeaders,
    resource: {
      serviceName: serviceName ?? resourceAttributes["service.name"] ?? name,
      // Replicas are told apart by it: their counters would be mixed up otherwise.
      attributes: { "service.instance.id": randomUUID(), ...resourceAttributes }
    },
    shutdownTimeout: Duration.millis(shutdownMillis)
  }
  return Layer.mergeAll(
    OtlpTracer.layer({
      ...options,
      url: `${base}/v1/traces`,
      exportInterval: Duration.millis(spanIntervalMillis),
      maxBatchSize: spansInBatch
    }),
    OtlpMetrics.layer({ ...options, url: `${base}/v1/metrics`, exportInterval: Duration.millis(metricIntervalMillis) })
  ).pipe(
    Layer.provide(OtlpSerialization.layerJson),
    Layer.provide(Layer.effect(HttpClient.HttpClient, makeCollector(base))),
    Layer.provide(FetchHttpClient.layer)
  )
}
