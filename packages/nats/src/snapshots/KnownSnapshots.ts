import { RecentlyUsed } from "@cim-domain/event-sourcing/RecentlyUsed"
import type { Snapshot } from "@cim-domain/event-sourcing/SnapshotStore"

/** Snapshots of which the last sequence is remembered; those saved or read longest ago leave first. */
const knownMax = 10_000

/** What is known of a stored snapshot. */
export interface KnownSnapshot extends Pick<Snapshot, "incarnation" | "position"> {
  readonly sequence: number
}

/**
 * Snapshots that were saved or read here, as far as saving the next one needs: reading the whole last one only to learn that it is
 * still there was most of what saving cost. When it is not, the broker says so.
 */
export class KnownSnapshots {
  #known = makeKnown()

  get(aggregateId: string): KnownSnapshot | undefined {
    return this.#known.get(aggregateId)
  }

  set(aggregateId: string, { incarnation, position, sequence }: KnownSnapshot): void {
    this.#known.set(aggregateId, { incarnation, position, sequence })
  }

  clear(): void {
    this.#known = makeKnown()
  }
}

const makeKnown = () =>
  new RecentlyUsed<KnownSnapshot>({ entries: knownMax, weight: Number.POSITIVE_INFINITY, weigh: () => 0 })
