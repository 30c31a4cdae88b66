import { uuidV7 } from "@cim-domain/commands/testing/uuidV7"
import type { Randomness } from "@cim-domain/simulation/time/Randomness"

/** Organizations that get most of the commands. */
const hotCount = 3

/**
 * A hot organization with so many events is replaced: beyond the last 1 000 commands an organization need not recognise a
 * repetition, and every command must be repeated well before.
 */
const hotEventsMax = 600

/** The organizations that writers send to, and what has been heard of them. */
export interface Organizations {
  readonly choose: (random: Randomness) => string
  /** The highest version heard of, 0 for none. */
  readonly version: (organizationId: string) => number
  readonly hear: (organizationId: string, version: number, isOver: boolean) => void
}

/** A few hot organizations and many cold ones. Where a hot one is over, a new one takes its place. */
export const makeOrganizations = (random: Randomness, count: number): Organizations => {
  let made = 0
  const newId = () => uuidV7(Date.UTC(2026, 0, 1) + made++, random.bytes(10))
  const hot = Array.from({ length: Math.min(hotCount, count) }, newId)
  const cold = Array.from({ length: Math.max(1, count - hotCount) }, newId)
  const versions = new Map<string, number>()
  return {
    choose: (random) => {
      const list = random.chance(0.6) ? hot : cold
      return list[random.below(list.length)]!
    },
    version: (organizationId) => versions.get(organizationId) ?? 0,
    hear: (organizationId, version, isOver) => {
      versions.set(organizationId, Math.max(version, versions.get(organizationId) ?? 0))
      const slot = hot.indexOf(organizationId)
      if (slot >= 0 && (isOver || version >= hotEventsMax)) hot[slot] = newId()
    }
  }
}
