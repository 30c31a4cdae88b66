import { uuidV7 } from "@cim-domain/commands/testing/uuidV7"
import { isFields, readJson } from "../model/Json.ts"
import type { UnitKind } from "../model/ModelOrganization.ts"
import type { Randomness } from "../time/Randomness.ts"
import { created } from "./created.ts"

/** Organizations that get most of the commands. */
const hotCount = 3

/** A hot organization with so many events is replaced: a history is replayed after each event, and that of one must not be all there is. */
const hotEventsMax = 600

/** So many of the last units of each kind are spoken of, so that commands meet. */
const unitsMax = 14

/** The organizations that writers send to, and what has been heard of them. */
export interface Organizations {
  readonly choose: (random: Randomness) => string
  /** The highest version heard of, 0 for none. */
  readonly version: (organizationId: string) => number
  /** Learns from a reply to a command. */
  readonly hear: (organizationId: string, reply: string) => void
  /** Units that were created, whether or not they are still there. */
  readonly units: (organizationId: string, kind: UnitKind) => ReadonlyArray<string>
}

/** A few hot organizations and many cold ones. Where a hot one is over, a new one takes its place. */
export const makeOrganizations = (random: Randomness, count: number): Organizations => {
  let made = 0
  const newId = () => uuidV7(Date.UTC(2026, 0, 1) + made++, random.bytes(10))
  const hot = Array.from({ length: Math.min(hotCount, count) }, newId)
  const cold = Array.from({ length: Math.max(1, count - hotCount) }, newId)
  const versions = new Map<string, number>()
  const mentioned = new Map<string, Array<string>>()
  const mention = (key: string, id: string) => {
    const units = mentioned.get(key) ?? []
    mentioned.set(key, units)
    units.push(id)
    if (units.length > unitsMax) units.splice(random.below(unitsMax), 1)
  }
  return {
    choose: (random) => {
      const list = random.chance(0.6) ? hot : cold
      return list[random.below(list.length)]!
    },
    version: (organizationId) => versions.get(organizationId) ?? 0,
    hear: (organizationId, reply) => {
      const read = readJson(reply)
      if (!isFields(read)) return
      const { command_type, created_id, failure, outcome } = read
      const version = Number(read["version"] ?? 0)
      versions.set(organizationId, Math.max(version, versions.get(organizationId) ?? 0))
      const isOver = isFields(failure) && failure["code"] === "ORGANIZATION_TERMINAL"
      const slot = hot.indexOf(organizationId)
      if (slot >= 0 && (isOver || version >= hotEventsMax)) hot[slot] = newId()
      const creates = typeof command_type === "string" ? created[command_type] : undefined
      if (outcome === "applied" && typeof created_id === "string" && creates !== undefined) {
        mention(`${creates[0]} ${organizationId}`, created_id)
      }
    },
    units: (organizationId, kind) => mentioned.get(`${kind} ${organizationId}`) ?? []
  }
}
