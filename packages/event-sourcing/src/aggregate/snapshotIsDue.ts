/** Events behind its snapshot from which on a state is worth a new one; fewer are read as fast. */
export const behindMin = 4

/**
 * Whether a snapshot is due at a version: when another full `snapshotEvery` of events has been reached, counted from a number
 * that follows from the id. So all replicas take the same event for the one that makes it due, and only that which appended it
 * saves; and aggregates that grow side by side are not all due at the same time. The first is due after `snapshotEvery` events
 * at the latest.
 */
export const snapshotIsDue = (
  aggregateId: string,
  version: number,
  snapshotVersion: number,
  snapshotEvery: number
): boolean => {
  const lead = leadOf(aggregateId, snapshotEvery)
  return Math.floor((version + lead) / snapshotEvery) > Math.floor((snapshotVersion + lead) / snapshotEvery)
}

/** By how many events it is due before multiples of `snapshotEvery`: the first snapshot is one of events that are worth it. */
const leadOf = (aggregateId: string, snapshotEvery: number): number =>
  snapshotEvery <= behindMin ? 0 : hash(aggregateId) % (snapshotEvery - behindMin + 1)

/** FNV-1a, of 32 bits. */
const hash = (text: string): number => {
  let value = 0x811c9dc5
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193)
  return value >>> 0
}
