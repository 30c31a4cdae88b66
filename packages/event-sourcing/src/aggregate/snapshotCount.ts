import { type Context, type Effect, Metric } from "effect"

/** What became of a snapshot. */
export type SnapshotResult = "saved" | "skipped" | "failed" | "restored" | "unusable" | "forgotten"

const counter = Metric.counter("snapshots_total", {
  description: "Snapshots by outcome: saved, skipped, failed, restored, unusable, forgotten",
  incremental: true
})

const counterOf = (outcome: SnapshotResult) => Metric.withAttributes(counter, { outcome })

const counters: Readonly<Record<SnapshotResult, Metric.Counter<number>>> = {
  saved: counterOf("saved"),
  skipped: counterOf("skipped"),
  failed: counterOf("failed"),
  restored: counterOf("restored"),
  unusable: counterOf("unusable"),
  forgotten: counterOf("forgotten")
}

/** Counts one. */
export const snapshotCount = (outcome: SnapshotResult): Effect.Effect<void> => Metric.update(counters[outcome], 1)

/** As {@link snapshotCount}, at once. */
export const countSnapshot = (outcome: SnapshotResult, services: Context.Context<never>): void =>
  counters[outcome].updateUnsafe(1, services)
