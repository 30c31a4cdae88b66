import type { Fault } from "./Fault.ts"

/** A command that somebody sends, until it is settled or they have waited long enough. */
export interface PlannedCommand {
  /** When it is sent first, in milliseconds. */
  readonly at: number
  /** Which requester, from 0. */
  readonly requester: number
  /** Whether by the client of the library, or as a plain request that is sent again and again. */
  readonly by: "client" | "request"
  readonly subject: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** The id that it is meant to have. */
  readonly commandId: string
  readonly organizationId: string
  /** How long the requester waits for each answer, in milliseconds; the last one for all others. */
  readonly patience: readonly [number, ...ReadonlyArray<number>]
}

/** What is the same for the whole history. */
export interface ScenarioSettings {
  readonly commandTimeoutMillis: number
  readonly snapshotEvery: number
  /** States that a replica keeps in memory. */
  readonly cacheCapacity: number
  readonly maxInFlight: number
  /** Replicas that write snapshots and read them as another release does, by number. */
  readonly newer: ReadonlyArray<number>
}

/**
 * Everything that a history depends on. The same scenario comes to the same history, to the byte; a part of it is a scenario as
 * well, so that a story can be told with the fewest commands and faults.
 */
export interface Scenario {
  /** Where it comes from. */
  readonly seed: number
  /** What decides how long everything takes, and whatever else is left to chance. */
  readonly luck: number
  readonly brokers: 1 | 3
  readonly replicas: number
  readonly requesters: number
  readonly commands: ReadonlyArray<PlannedCommand>
  readonly faults: ReadonlyArray<Fault>
  readonly settings: ScenarioSettings
}
