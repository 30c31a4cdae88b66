import { isRetired, type OrganizationState, type Role, type RoleId } from "@cim-domain/organization"
import { HashMap, Option } from "effect"
import { describeType } from "./describeType.ts"
import { naturalOrder } from "./tree/naturalOrder.ts"
import type { Seedling } from "./tree/plantTrees.ts"

/** The facts about a unit in one line; of statuses only those that say something. */
const textOf = (
  unit: { readonly id: string; readonly status: string },
  ids: boolean,
  ...facts: ReadonlyArray<string | null>
): string =>
  [...facts, unit.status === "Active" ? null : unit.status, ids ? unit.id : null]
    .filter((fact) => fact !== null)
    .join(" · ")

/**
 * The units of an organization as they stand in each other: roles in teams and departments, those in charge first; teams in
 * departments, departments in departments; facilities in facilities. Retired ones, if wanted, where they stood at last.
 */
export const unitSeedlings = (
  state: OrganizationState,
  { ids, retired }: { readonly ids: boolean; readonly retired: boolean }
): ReadonlyArray<Seedling> => {
  const titleOf = (role: RoleId | null) =>
    role === null ? null : Option.match(HashMap.get(state.roles, role), {
      onNone: () => role,
      onSome: ({ title }) => title
    })
  const departments = Array.from(HashMap.values(state.departments))
    .filter((department) => retired || !isRetired("Department", department))
    .toSorted(naturalOrder(({ code }) => code))
  const teams = Array.from(HashMap.values(state.teams))
    .filter((team) => retired || !isRetired("Team", team))
    .toSorted(naturalOrder(({ name }) => name))
  const inCharge = new Set([
    ...departments.map(({ head_role_id }) => head_role_id),
    ...teams.map(({ lead_role_id }) => lead_role_id)
  ])
  const roles = Array.from(HashMap.values(state.roles))
    .filter((role) => retired || !isRetired("Role", role))
    .toSorted((a, b) =>
      Number(inCharge.has(b.id)) - Number(inCharge.has(a.id)) || naturalOrder(({ code }: typeof a) => code)(a, b)
    )
  const facilities = Array.from(HashMap.values(state.facilities)).toSorted(naturalOrder(({ code }) => code))
  const elsewhere = ({ department_id, team_id }: Role) => {
    const team = team_id === null ? undefined : Option.getOrUndefined(HashMap.get(state.teams, team_id))
    if (department_id === null || team === undefined || team.department_id === department_id) return null
    return Option.match(HashMap.get(state.departments, department_id), {
      onNone: () => null,
      onSome: ({ code }) => `in ${code}`
    })
  }
  return [
    ...roles.map((role): Seedling => ({
      id: role.id,
      kind: "role",
      text: textOf(role, ids, `${role.title} (${role.code})`, elsewhere(role)),
      above: [{ kind: "team", id: role.team_id }, { kind: "department", id: role.department_id }]
    })),
    ...teams.map((team): Seedling => ({
      id: team.id,
      kind: "team",
      text: textOf(team, ids, `team ${team.name}`, labelled("lead", titleOf(team.lead_role_id))),
      above: [{ kind: "department", id: team.department_id }]
    })),
    ...departments.map((department): Seedling => ({
      id: department.id,
      kind: "department",
      text: textOf(
        department,
        ids,
        `${department.code} ${department.name}`,
        labelled("head", titleOf(department.head_role_id))
      ),
      above: [{ kind: "department", id: department.parent_department_id }]
    })),
    ...facilities.map((facility): Seedling => ({
      id: facility.id,
      kind: "facility",
      text: textOf(
        facility,
        ids,
        `${facility.code} ${facility.name}`,
        describeType(facility.facility_type),
        labelled("capacity", facility.capacity)
      ),
      above: [{ kind: "facility", id: facility.parent_facility_id }]
    }))
  ]
}

const labelled = (label: string, value: string | number | null): string | null =>
  value === null ? null : `${label}: ${value}`
