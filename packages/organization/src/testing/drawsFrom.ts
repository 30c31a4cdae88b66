import { uuidOf } from "@cim-domain/commands/testing/valueArbitraries"
import { HashMap } from "effect"
import type { OrganizationState } from "../OrganizationState.ts"
import { isRetired, type UnitKind } from "../units/unitKinds.ts"
import { unitsById } from "../units/Units.ts"

/** Chooses a number from 0 up to, not including, `count`. */
export type Choose = (count: number) => number

/** What the fields of a command are drawn with: mostly what fits the state, and now and then what does not. */
export type Draws = ReturnType<typeof drawsFrom>

/** Draws for the command of one step; `number` is different for each step and makes new ids. */
export const drawsFrom = (state: OrganizationState, choose: Choose, number: number) => {
  const one = <A>(...values: ReadonlyArray<A>): A => values[choose(values.length)]!
  const maybe = <A>(value: () => A): A | null => choose(5) < 2 ? value() : null
  const name = () => one("Acme", "Ümläut & Söhne", "株式会社", `No. ${choose(10)}`)
  const codes = () =>
    [state.departments, state.roles, state.facilities].flatMap((units) =>
      Array.from(HashMap.values(units as HashMap.HashMap<string, { readonly code: string }>), ({ code }) => code)
    )
  const code = () => choose(6) === 0 ? respelt(one(...codes(), "free"), choose) : `C-${number}`
  /** What a unit is given that may have none; then names are what codes come from, and there are few of those. */
  const codeOrNull = () => choose(4) === 0 ? null : code()
  const idsOf = (kind: UnitKind, live: boolean) => idsIn(state, kind, live)
  /** Mostly a live unit, a third of them the newest, so that hierarchies get deep. */
  const unit = (kind: UnitKind): string => {
    const live = idsOf(kind, true)
    const chance = choose(30)
    if (chance === 0) return uuidOf(99_999)
    if (chance < 3) return one(...idsOf(kind, false), uuidOf(choose(50)))
    return (chance < 12 ? live.at(-1) : live[choose(live.length)]) ?? uuidOf(99_998)
  }
  const unitOrNull = (kind: UnitKind) => choose(4) === 0 || idsOf(kind, true).length === 0 ? null : unit(kind)
  /** A new id, or now and then one that was used. */
  const newId = (kind: UnitKind) => choose(20) === 0 ? unit(kind) : uuidOf(number)
  const description = () => maybe(() => one("", "Builds", "two\nlines"))
  const organizationType = () => one<unknown>("LLC", "Corporation", { Other: "Guild" })
  const facilityType = () => one<unknown>("Office", "Warehouse", { Other: "Lighthouse" })
  const date = () => one("2023-01-01T00:00:00.000Z", "2023-06-01T00:00:00.000Z", "2024-01-01T00:00:00.000Z")
  const reason = () => one("because", "it was time")
  const metadata = () => one<unknown>({}, {}, { fte: 0.5, grade: "B2" }, { external_id: `x-${number}`, place: null })
  /** Mostly none; a role may be among them that cannot be. */
  const dottedLine = () => [...new Set(Array.from({ length: choose(6) === 0 ? 1 + choose(3) : 0 }, () => unit("Role")))]
  const texts = () => one<ReadonlyArray<string>>([], ["ViewReports"], ["CreateTeam", "ViewReports"])
  const otherOrganization = () => choose(15) === 0 ? state.id : uuidOf(200_000 + choose(6))
  return {
    choose,
    state,
    one,
    maybe,
    name,
    code,
    codeOrNull,
    unit,
    unitOrNull,
    newId,
    description,
    organizationType,
    facilityType,
    date,
    reason,
    texts,
    metadata,
    dottedLine,
    otherOrganization
  }
}

/** A code that is the same, or nearly: in another case, or with wide letters. */
const respelt = (code: string, choose: Choose): string =>
  [code, code.toLowerCase(), code.toUpperCase(), wide(code)][choose(4)] ?? code

const wide = (code: string): string =>
  code.replaceAll(/[!-~]/g, (each) => String.fromCodePoint(each.codePointAt(0)! + 0xfee0))

/** The ids of the live or of the retired units of a kind, oldest first. */
const idsIn = (state: OrganizationState, kind: UnitKind, live: boolean): ReadonlyArray<string> => {
  if (kind === "Facility" && !live) return Array.from(state.removed_facility_ids).toSorted()
  return HashMap.toEntries(unitsById(state, kind))
    .filter(([, unit]) => isRetired(kind, unit) !== live)
    .map(([id]) => id)
    .toSorted()
}
