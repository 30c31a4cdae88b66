import { listOf, upTo } from "@cim-domain/commands/testing/valueArbitraries"
import { initialState, type OrganizationState } from "@cim-domain/organization"
import { Arbitrary, HashMap, HashSet } from "effect"

const kinds = ["departments", "teams", "roles", "facilities"] as const
type Kind = typeof kinds[number]

const idOf = (kind: Kind, number: number): string =>
  `0198c0de-0000-7000-8000-${String(1000 * (kinds.indexOf(kind) + 1) + number).padStart(12, "0")}`

const names = [
  "Sales",
  "Ümläut & Söhne",
  "株式会社",
  "Zoë 🏢",
  "bell \u0007 and \u001B[31m red",
  "two\nlines",
  "Department of the Vizepräsident of the Department of all the other departments that there are, and of some more",
  `${"x".repeat(70)} ${"株式会社".repeat(4)} ${"x".repeat(90)}`
]

/** Choices that follow from a seed: many per seed, different for different seeds. */
const chooser = (seed: number) => {
  let bits = Math.imul(seed + 1, 0x9E3779B1) >>> 0
  return <A>(choices: ReadonlyArray<A>): A => {
    bits = (Math.imul(bits ^ (bits >>> 15), 0x85EBCA6B) + 0x6D2B79F5) >>> 0
    return choices[((bits ^ (bits >>> 13)) >>> 0) % choices.length]!
  }
}

/** One unit with the fields of all kinds. It refers mostly to the one before, so that trees get deep, but also to any and none. */
const unitOf = (seed: number, kind: Kind, number: number) => {
  const choose = chooser(seed)
  const reference = (to: Kind): string | null => {
    const near = number === 0 ? null : idOf(to, number - 1)
    return choose([near, near, near, near, near, idOf(to, choose([0, 1, 2, 5, 9, 20])), idOf(to, number), null])
  }
  return {
    id: idOf(kind, number),
    code: `unit-${1000 * (kinds.indexOf(kind) + 1) + number}`,
    name: choose(names),
    title: choose(names),
    status: choose(["Active", "Active", "Inactive", "Dissolved", "Disbanded", "Deprecated"]),
    parent_department_id: reference("departments"),
    parent_facility_id: reference("facilities"),
    department_id: reference("departments"),
    team_id: reference("teams"),
    reports_to: reference("roles"),
    head_role_id: reference("roles"),
    lead_role_id: reference("roles"),
    dotted_line_to: [reference("roles"), reference("roles")].filter((id) => id !== null),
    metadata: choose([{}, { fte: 0.5 }, null, "history may hold this"]),
    facility_type: "Office",
    capacity: choose([null, 7])
  }
}

/** Units in any state, also in ones that no service would record: circles, and references to nobody and to what has ended. */
export const anyState: Arbitrary.Arbitrary<OrganizationState> = Arbitrary.map(
  listOf(upTo(1_000_000_000), 160),
  (seeds) => {
    const units = { departments: [], teams: [], roles: [], facilities: [] } as Record<
      Kind,
      Array<ReturnType<typeof unitOf>>
    >
    for (const seed of seeds) {
      const kind = kinds[seed % kinds.length]!
      units[kind].push(unitOf(seed, kind, units[kind].length))
    }
    const byId = (kind: Kind) => HashMap.fromIterable(units[kind].map((unit) => [unit.id, unit]))
    return {
      ...initialState("0198c0de-0000-7000-8000-000000000001"),
      ...Object.fromEntries(kinds.map((kind) => [kind, byId(kind)])),
      removed_facility_ids: HashSet.make("0198c0de-0000-7000-8000-000000009999")
    } as unknown as OrganizationState
  }
)

const retired = { departments: "Dissolved", teams: "Disbanded", roles: "Deprecated", facilities: "Removed" } as const

const idsOf = (state: OrganizationState, kind: Kind, isRetired: boolean): ReadonlyArray<string> =>
  Array.from(HashMap.values(state[kind] as HashMap.HashMap<string, { readonly id: string; readonly status: string }>))
    .filter(({ status }) => (status === retired[kind]) === isRetired).map(({ id }) => id)

/** The ids of the live roles. */
export const liveRoleIds = (state: OrganizationState): ReadonlyArray<string> => idsOf(state, "roles", false)

/** The ids of all live units. */
export const liveIds = (state: OrganizationState): ReadonlyArray<string> =>
  kinds.flatMap((kind) => idsOf(state, kind, false))

/** The ids of the units that have ended. */
export const retiredIds = (state: OrganizationState): ReadonlyArray<string> => [
  ...kinds.flatMap((kind) => idsOf(state, kind, true)),
  ...state.removed_facility_ids
]
