import { uuidV7 } from "@cim-domain/commands/testing/uuidV7"
import type { UnitKind } from "../model/ModelOrganization.ts"
import type { Randomness } from "../time/Randomness.ts"
import type { Organizations } from "./Organizations.ts"

const words = ["Acme", "Brook", "Cedar", "Delta", "Ember", "Größe", "문화", "R & D", "  Fjord ", "cafe\u0301"] as const

/** What the fields of a command to one organization are drawn from. */
export interface Draw {
  readonly random: Randomness
  readonly words: () => string
  readonly longer: () => string
  /** A code: mostly one that nobody has. */
  readonly code: () => string
  /** A unit of this kind, mostly one that is there. */
  readonly unit: (kind: UnitKind) => string
  /** The same, or none. */
  readonly unitOrNone: (kind: UnitKind) => string | null
  /** An id that nobody has. */
  readonly newId: () => string
  /** A date that has been, and seldom one that is far off. */
  readonly date: () => string
  /** So many of these, each in its turn. */
  readonly some: <A>(list: ReadonlyArray<A>, most: number) => ReadonlyArray<A>
}

/** Draws for an organization; `number` is another one each time. */
export const drawFor = (
  random: Randomness,
  organizations: Organizations,
  organizationId: string,
  number: number
): Draw => {
  let made = 0
  const newId = () => uuidV7(Date.UTC(2026, 3, 1) + number * 16 + made++, random.bytes(10))
  const unit = (kind: UnitKind) => {
    const known = organizations.units(organizationId, kind)
    return known.length === 0 || random.chance(0.04) ? newId() : known[random.below(known.length)]!
  }
  return {
    random,
    words: () => random.pick(words),
    longer: () => random.chance(0.2) ? "" : `About ${random.below(1_000)}\n\t${random.pick(words)}`,
    code: () => random.chance(0.35) ? `c${random.below(8)}` : `N-${number}/${random.below(10)}`,
    unit,
    unitOrNone: (kind) => random.chance(0.4) ? null : unit(kind),
    newId,
    date: () =>
      random.pick([
        "2025-01-31T00:00:00Z",
        "2025-06-30T23:59:59.999999+02:00",
        "2024-02-29 12:00:00.5-01:30",
        random.chance(0.4) ? "2399-01-01T00:00:00.000Z" : "2026-01-01T00:00:00.000Z",
        random.chance(0.2) ? "1999-12-31T00:00:00Z" : "2025-12-31T00:00:00Z"
      ]),
    some: (list, most) => {
      const from = random.below(Math.max(1, list.length))
      return [...list.slice(from), ...list.slice(0, from)].slice(0, 1 + random.below(most))
    }
  }
}
