import type { Timestamp } from "../fields/Timestamp.ts"
import type { RecentCommands } from "../memory/RecentCommands.ts"
import type { Anomalies } from "./Anomalies.ts"
import type { UnknownEvents } from "./UnknownEvents.ts"

/** What is kept of the past of every aggregate, beside what its domain makes of it. */
export interface Kept<Id extends string = string> {
  readonly id: Id
  /** The number of events. */
  readonly version: number
  /** The latest time at which anything happened; `null` before the first event. */
  readonly updated_at: Timestamp | null
  /** Commands that took effect. */
  readonly recent_commands: RecentCommands
  /** Events that cannot be read here. */
  readonly unknown_events: UnknownEvents
  /** Events that did not fit, or not with all that they say. */
  readonly anomalies: Anomalies
}

/** The names of these. */
export const keptFields: ReadonlyArray<keyof Kept> = [
  "id",
  "version",
  "updated_at",
  "recent_commands",
  "unknown_events",
  "anomalies"
]
