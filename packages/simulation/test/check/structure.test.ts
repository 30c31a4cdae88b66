import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { organizationOf } from "../../src/check/Replayed.ts"
import { replayStates } from "../../src/replay/replayStates.ts"
import { recordHistory } from "./recordHistory.ts"

type Unit = Readonly<Record<string, string | null>>
interface State {
  readonly departments: ReadonlyArray<Unit>
  readonly teams: ReadonlyArray<Unit>
  readonly roles: ReadonlyArray<Unit>
  readonly facilities: ReadonlyArray<Unit>
}

/** Kinds, what a retired one is called, its forest, and the references that have to be live. */
const kinds = [
  ["departments", "Dissolved", "parent_department_id", { parent_department_id: "departments", head_role_id: "roles" }],
  ["teams", "Disbanded", null, { department_id: "departments", lead_role_id: "roles" }],
  ["roles", "Deprecated", "reports_to", { department_id: "departments", team_id: "teams", reports_to: "roles" }],
  ["facilities", "Removed", "parent_facility_id", { parent_facility_id: "facilities" }]
] as const

const liveIn = (state: State, kind: keyof State) => {
  const retired = kinds.find(([name]) => name === kind)![1]
  return state[kind].filter(({ status }) => status !== retired)
}

/** Where a state breaks laws 17 to 25 of the specification. */
const problemsOf = (state: State): ReadonlyArray<string> => [
  ...kinds.flatMap(([kind, , parent, references]) => {
    const live = liveIn(state, kind)
    const codes = live.flatMap(({ code }) => typeof code === "string" ? [code.normalize("NFKC").toLowerCase()] : [])
    return [
      ...(new Set(codes).size === codes.length ? [] : [`two ${kind} have one code`]),
      ...live.flatMap((unit) => [
        ...(parent !== null && isOnCircle(state[kind], unit, parent) ? [`${kind} ${unit["id"]} is below itself`] : []),
        ...Object.entries(references).filter(([field, target]) =>
          unit[field] !== null && !liveIn(state, target).some(({ id }) => id === unit[field])
        ).map(([field]) => `${field} of ${kind} ${unit["id"]} is not live`)
      ])
    ]
  }),
  ...liveIn(state, "roles").flatMap(({ department_id, id, team_id }) => {
    const team = state.teams.find((team) => team["id"] === team_id)
    const isApart = department_id !== null && (team?.["department_id"] ?? department_id) !== department_id
    return isApart ? [`role ${id} and its team are in two departments`] : []
  }),
  ...liveIn(state, "roles").flatMap(({ dotted_line_to, id }) => {
    const lines = dotted_line_to as unknown as ReadonlyArray<string>
    const isLive = (line: string) => line !== id && liveIn(state, "roles").some((role) => role["id"] === line)
    return lines.length <= 10 && lines.every(isLive) && new Set(lines).size === lines.length
      ? []
      : [`role ${id} has dotted lines to ${lines.join()}`]
  })
]

const isOnCircle = (units: ReadonlyArray<Unit>, unit: Unit, parent: string): boolean => {
  const seen = new Set<unknown>()
  const isSeen = (at: Unit | undefined): boolean => {
    if (at === undefined) return false
    if (seen.has(at["id"])) return true
    seen.add(at["id"])
    return isSeen(units.find(({ id }) => id === at[parent]))
  }
  return isSeen(unit)
}

it.live("the laws of structure hold for every state of histories, as they do for those of walks", () =>
  Effect.gen(function*() {
    for (const seed of [11, 12, 13]) {
      const { stream } = yield* recordHistory(seed, 700)
      for (const id of new Set(stream!.map(organizationOf))) {
        const states = replayStates(id, stream!.filter((message) => organizationOf(message) === id))
        expect(states.flatMap((state) => problemsOf(JSON.parse(state) as State))).toEqual([])
      }
    }
  }))
