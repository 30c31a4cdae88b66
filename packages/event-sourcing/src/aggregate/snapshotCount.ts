import { type Effect, Metric } from "effect"

/** What became of a snapshot. */
export type SnapshotResult = "saved" | "skipped" | "failed" | "restored" | "unusable" | "forgotten"

const counter = Metric.counter("snapshots_total", {
  description: "Snapshots by outcome: saved, skipped, failed, restored, unusable, forgotten",
  incremental: true
})
/** Counts one. */
export const snapshotCount = (outcome: SnapshotResult): Effect.Effect<void> =>
  Metric.update(Metric.withAttributes(counter, { outcome }), 1)
