import { codeKey } from "@cim-domain/commands/fields/Code"
import { isRetired, type OrganizationState, type Role } from "@cim-domain/organization"
import { HashMap, Option } from "effect"
import { buildTree } from "./tree/buildTree.ts"
import { countUnits } from "./tree/countUnits.ts"
import { drawTree } from "./tree/drawTree.ts"
import { naturalOrder } from "./tree/naturalOrder.ts"
import { lineColumns, wrapWords } from "./tree/wrapWords.ts"

/** How much of the reporting tree is shown. */
export interface ChartOptions {
  /** How many levels; what stands deeper is counted. */
  readonly depth: number
  /** Only this role and those below it, by id or code; everything when `null`. */
  readonly root: string | null
}

/** Who reports to whom, as lines of a tree of the live roles; `null` when there is no such root. */
export const describeChart = (
  state: OrganizationState,
  { depth, root }: ChartOptions
): ReadonlyArray<string> | null => {
  const roles = Array.from(HashMap.values(state.roles)).filter((role) => !isRetired("Role", role))
  const top = root === null ? undefined : roles.find(({ code, id }) => isNamed(root, code) || isNamed(root, id))
  if (root !== null && top === undefined) return null
  const trees = buildTree(
    roles.toSorted(naturalOrder(({ code }) => code)).map((role) => ({
      id: role.id,
      kind: "role",
      text: [`${role.title} (${role.code})`, ...placeOf(state, role), ...dottedLine(state, role), ...statusOf(role)]
        .join(" · "),
      above: role === top ? [] : [{ kind: "role", id: role.reports_to }]
    }))
  ).filter(({ id }) => top === undefined || id === top.id)
  const name = state.organization?.name ?? state.id
  return [
    ...wrapWords(`${name} · ${countUnits(trees) || "no roles"}`, lineColumns),
    ...drawTree(trees, depth)
  ]
}

const isNamed = (given: string, name: string) => codeKey(given) === codeKey(name)

const statusOf = ({ status }: Role): ReadonlyArray<string> => status === "Active" ? [] : [status]

/** The roles that it reports to besides, by code. */
const dottedLine = (state: OrganizationState, { dotted_line_to }: Role): ReadonlyArray<string> => {
  const codes = dotted_line_to.flatMap((id) => Option.toArray(HashMap.get(state.roles, id)).map(({ code }) => code))
  return codes.length === 0 ? [] : [`dotted line to ${codes.join(", ")}`]
}

/** The department, also when only its team is in one, and the team. */
const placeOf = (state: OrganizationState, { department_id, team_id }: Role): ReadonlyArray<string> => {
  const team = team_id === null ? undefined : Option.getOrUndefined(HashMap.get(state.teams, team_id))
  const departmentId = department_id ?? team?.department_id ?? null
  const department = departmentId === null
    ? undefined
    : Option.getOrUndefined(HashMap.get(state.departments, departmentId))
  const place = [department?.code, team === undefined ? undefined : `team ${team.name}`]
    .filter((part) => part !== undefined)
  return place.length === 0 ? [] : [place.join(", ")]
}
