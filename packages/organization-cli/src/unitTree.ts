import {
  type Department,
  type Facility,
  isRetired,
  type OrganizationState,
  type Role,
  type RoleId,
  type Team
} from "@cim-domain/organization"
import { HashMap, Option, type Schema } from "effect"
import { describeType } from "./describeType.ts"
import { metadataFacts } from "./metadataFacts.ts"
import { buildTree, type TreeItem } from "./tree/buildTree.ts"
import { naturalOrder } from "./tree/naturalOrder.ts"
import type { TreeNode } from "./tree/TreeNode.ts"

/** Whether ids and free attributes are said, and retired units shown. */
interface Shown {
  readonly ids: boolean
  readonly metadata: boolean
  readonly retired: boolean
}

/**
 * The units of an organization as they stand in each other: roles in teams and departments, those in charge first; teams in
 * departments, departments in departments; facilities in facilities. Retired ones, if wanted, where they stood at last.
 */
export const unitTree = (state: OrganizationState, shown: Shown): ReadonlyArray<TreeNode> => {
  const departments = Array.from(HashMap.values(state.departments))
    .filter((department) => shown.retired || !isRetired("Department", department))
    .toSorted(naturalOrder(({ code }) => code))
  const teams = Array.from(HashMap.values(state.teams))
    .filter((team) => shown.retired || !isRetired("Team", team))
    .toSorted(naturalOrder(({ name }) => name))
  const inCharge = new Set([
    ...departments.map(({ head_role_id }) => head_role_id),
    ...teams.map(({ lead_role_id }) => lead_role_id)
  ])
  const roles = Array.from(HashMap.values(state.roles))
    .filter((role) => shown.retired || !isRetired("Role", role))
    .toSorted((a, b) =>
      Number(inCharge.has(b.id)) - Number(inCharge.has(a.id)) || naturalOrder(({ code }: typeof a) => code)(a, b)
    )
  const facilities = Array.from(HashMap.values(state.facilities)).toSorted(naturalOrder(({ code }) => code))
  return buildTree([
    ...roles.map((role) => roleItem(state, shown, role)),
    ...teams.map((team) => teamItem(state, shown, team)),
    ...departments.map((department) => departmentItem(state, shown, department)),
    ...facilities.map((facility) => facilityItem(shown, facility))
  ])
}

const roleItem = (state: OrganizationState, shown: Shown, role: Role): TreeItem => ({
  id: role.id,
  kind: "role",
  text: textOf(role, shown, `${role.title} (${role.code})`, elsewhere(state, role)),
  above: [{ kind: "team", id: role.team_id }, { kind: "department", id: role.department_id }]
})

const teamItem = (state: OrganizationState, shown: Shown, team: Team): TreeItem => ({
  id: team.id,
  kind: "team",
  text: textOf(team, shown, `team ${team.name}`, labelled("lead", titleOf(state, team.lead_role_id))),
  above: [{ kind: "department", id: team.department_id }]
})

const departmentItem = (state: OrganizationState, shown: Shown, department: Department): TreeItem => ({
  id: department.id,
  kind: "department",
  text: textOf(
    department,
    shown,
    `${department.code} ${department.name}`,
    labelled("head", titleOf(state, department.head_role_id))
  ),
  above: [{ kind: "department", id: department.parent_department_id }]
})

const facilityItem = (shown: Shown, facility: Facility): TreeItem => ({
  id: facility.id,
  kind: "facility",
  text: textOf(
    facility,
    shown,
    `${facility.code} ${facility.name}`,
    describeType(facility.facility_type),
    labelled("capacity", facility.capacity)
  ),
  above: [{ kind: "facility", id: facility.parent_facility_id }]
})

/** The facts about a unit in one line; of statuses only those that say something. */
const textOf = (
  unit: { readonly id: string; readonly status: string; readonly metadata: Schema.Json },
  { ids, metadata }: Shown,
  ...facts: ReadonlyArray<string | null>
): string =>
  [
    ...facts,
    unit.status === "Active" ? null : unit.status,
    ...(metadata ? metadataFacts(unit.metadata).map(([name, value]) => labelled(name, value)) : []),
    ids ? unit.id : null
  ]
    .filter((fact) => fact !== null)
    .join(" · ")

const titleOf = (state: OrganizationState, role: RoleId | null) =>
  role === null ? null : Option.match(HashMap.get(state.roles, role), {
    onNone: () => role,
    onSome: ({ title }) => title
  })

/** The department of a role whose team is in another one. */
const elsewhere = (state: OrganizationState, { department_id, team_id }: Role) => {
  const team = team_id === null ? undefined : Option.getOrUndefined(HashMap.get(state.teams, team_id))
  if (department_id === null || team === undefined || team.department_id === department_id) return null
  return Option.match(HashMap.get(state.departments, department_id), {
    onNone: () => null,
    onSome: ({ code }) => `in ${code}`
  })
}

const labelled = (label: string, value: string | number | null): string | null =>
  value === null ? null : `${label}: ${value}`
