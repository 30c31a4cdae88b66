import { type Effect, Metric } from "effect"

/** What comes of one aggregate when it is due. */
export type SweepResult = "current" | "saved" | "truncated" | "unsaved"

const counter = Metric.counter("snapshot_sweeps_total", {
  description:
    "Aggregates swept by outcome: current, saved, truncated, unsaved; rounds failed; events forgotten unswept",
  incremental: true
})

/** Counts aggregates by outcome, rounds that failed, or events that were forgotten. */
export const sweepCount = (outcome: SweepResult | "failed" | "forgotten", by = 1): Effect.Effect<void> =>
  Metric.update(Metric.withAttributes(counter, { outcome }), by)
