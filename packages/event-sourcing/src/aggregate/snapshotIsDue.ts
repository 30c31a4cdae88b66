/**
 * Whether a snapshot is due at a version: when another full `snapshotEvery` of events has been reached. So all replicas take
 * the same event for the one that makes it due, and only that which appended it saves.
 */
export const snapshotIsDue = (version: number, snapshotVersion: number, snapshotEvery: number): boolean =>
  Math.floor(version / snapshotEvery) > Math.floor(snapshotVersion / snapshotEvery)
