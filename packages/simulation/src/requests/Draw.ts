import { uuidV7 } from "@cim-domain/commands/testing/uuidV7"
import type { UnitKind } from "../model/ModelOrganization.ts"
import type { Randomness } from "../time/Randomness.ts"
import type { Organizations } from "./Organizations.ts"

const words = [
  "Acme",
  "Brook",
  "Cedar",
  "Delta",
  "Ember",
  "Größe",
  "문화",
  "R & D",
  "  Fjord ",
  "cafe\u0301",
  "Head  of\u00a0Care",
  "ＡＣＭＥ",
  "\u200eאבג",
  "x\u2060",
  "Board of Directors and Those Who Advise It on Everything Else",
  "👩\u200d🚀 Crew"
] as const

/** Codes of any script; some differ only in case, width or composition, and are the same. */
const codes = [
  "R&D",
  "r&d",
  "Ｒ＆Ｄ",
  "Human Resources",
  "HUMAN RESOURCES",
  "문화-01",
  "Größe 3",
  "Gro\u0308ße 3",
  "GRÖSSE 3",
  "ΣΑΣ",
  "σας",
  "İ",
  "i\u0307",
  "I",
  "ﬁ",
  "FI",
  "№ 5",
  "No 5",
  "٣",
  "acme",
  "ACME-2",
  " 7 ",
  "क्षि",
  "می\u200cخواهم",
  "👩\u200d🚀"
] as const

/** What the fields of a command to one organization are drawn from. */
export interface Draw {
  readonly random: Randomness
  readonly words: () => string
  readonly longer: () => string
  /** A code: often one that nobody has. */
  readonly code: () => string
  /** The same, or none. */
  readonly codeOrNone: () => string | null
  /** A unit of this kind, mostly one that is there. */
  readonly unit: (kind: UnitKind) => string
  /** The same, or none. */
  readonly unitOrNone: (kind: UnitKind) => string | null
  /** An id that nobody has. */
  readonly newId: () => string
  /** Roles for dotted lines. */
  readonly lines: () => ReadonlyArray<string>
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
  // Where there is none yet, hardly anybody speaks of one.
  const isNone = (kind: UnitKind) => organizations.units(organizationId, kind).length === 0 && random.chance(0.9)
  const code = () =>
    random.chance(0.35)
      ? `c${random.below(8)}`
      : random.chance(0.4)
      ? random.pick(codes)
      : `N-${number}/${random.below(10)}`
  return {
    random,
    words: () => random.pick(words),
    longer: () => random.chance(0.2) ? "" : `About ${random.below(1_000)}\n\t${random.pick(words)}`,
    code,
    codeOrNone: () => random.chance(0.25) ? null : code(),
    lines: () =>
      Array.from({ length: random.chance(0.02) ? 11 : isNone("Role") ? 0 : random.below(4) }, () => unit("Role")),
    unit,
    unitOrNone: (kind) => random.chance(0.4) || isNone(kind) ? null : unit(kind),
    newId,
    date: () =>
      random.pick([
        "2025-01-31T00:00:00Z",
        "2025-06-30T23:59:59.999999+02:00",
        "2024-02-29 12:00:00.5-01:30",
        "2025-03-01",
        random.chance(0.4) ? "2399-12-31" : "2016-12-31T23:59:60Z",
        random.chance(0.4) ? "2399-01-01T00:00:00.000Z" : "2026-01-01T00:00:00.000Z",
        random.chance(0.2) ? "1999-12-31T00:00:00Z" : "2025-12-31T00:00:00Z"
      ]),
    some: (list, most) => {
      const from = random.below(Math.max(1, list.length))
      return [...list.slice(from), ...list.slice(0, from)].slice(0, 1 + random.below(most))
    }
  }
}
