import type { OrganizationEvent } from "../src/OrganizationEvent.ts"

type Known = Exclude<OrganizationEvent, { readonly event_type: "Opaque" }>
type Unit = Readonly<Record<string, unknown>>

/** A state as a snapshot has it. */
export type PlainState = Readonly<Record<string, ReadonlyArray<Unit>>>

/** What units of a kind that refer to something may lose or change: one of their fields. */
const referring = (state: PlainState, list: string, field: string, id: string, ...changed: ReadonlyArray<string>) =>
  (state[list] ?? []).filter((unit) => unit[field] === id).flatMap((unit) =>
    [field, ...changed].map((name) => `${list}.${String(unit["id"])}.${name}`)
  )

const changesOf = (unit: string, changes: object): ReadonlyArray<string> => {
  const { cleared = [], ...values } = changes as { readonly cleared?: ReadonlyArray<string> }
  const named = Object.entries(values).filter(([, value]) => value !== null).map(([name]) => name)
  return [...named, ...cleared].map((name) => `${unit}.${name}`)
}

/** The parts of an organization that an event is about, by section 6 of the specification: nothing else may change by it. */
export const aboutEvent = (event: Known, state: PlainState): ReadonlyArray<string> => {
  switch (event.event_type) {
    case "OrganizationCreated":
      return ["organization"]
    case "OrganizationUpdated":
      return changesOf("organization", event.changes)
    case "OrganizationStatusChanged":
      return ["organization.status", "organization.status_reason"]
    case "OrganizationDissolved":
      return ["organization.status", "organization.status_reason", "organization.dissolved_on"]
    case "OrganizationMerged":
      return [
        "organization.status",
        "organization.status_reason",
        "organization.dissolved_on",
        "merged_into",
        "absorbed"
      ]
    case "ChildOrganizationAdded":
    case "ChildOrganizationRemoved":
      return [`children.${event.child_organization_id}`]
    default:
      return aboutUnit(event, state)
  }
}

type OfUnit = Extract<Known, { readonly event_type: `${"Department" | "Team" | "Role" | "Facility"}${string}` }>

const aboutUnit = (event: OfUnit, state: PlainState): ReadonlyArray<string> => {
  switch (event.event_type) {
    case "DepartmentCreated":
      return [`departments.${event.department_id}`]
    case "DepartmentUpdated":
      return changesOf(`departments.${event.department_id}`, event.changes)
    case "DepartmentRestructured":
      return ["parent_department_id", "status"].map((field) => `departments.${event.department_id}.${field}`)
    case "DepartmentDissolved":
      return [
        ...["status", "head_role_id"].map((field) => `departments.${event.department_id}.${field}`),
        ...referring(state, "departments", "parent_department_id", event.department_id),
        ...referring(state, "teams", "department_id", event.department_id),
        ...referring(state, "roles", "department_id", event.department_id)
      ]
    case "TeamFormed":
      return [`teams.${event.team_id}`]
    case "TeamUpdated":
      return [
        ...changesOf(`teams.${event.team_id}`, event.changes),
        ...(event.changes.department_id === null
          ? []
          : referring(state, "roles", "team_id", event.team_id, "department_id"))
      ]
    case "TeamDisbanded":
      return [
        ...["status", "lead_role_id"].map((field) => `teams.${event.team_id}.${field}`),
        ...referring(state, "roles", "team_id", event.team_id, "department_id")
      ]
    case "RoleCreated":
      return [`roles.${event.role_id}`]
    case "RoleUpdated":
      return changesOf(`roles.${event.role_id}`, event.changes)
    case "RoleDeprecated":
      return [
        `roles.${event.role_id}.status`,
        ...(event.replacement_role_id === null ? [] : [`roles.${event.replacement_role_id}.reports_to`]),
        ...referring(state, "roles", "reports_to", event.role_id),
        ...referring(state, "departments", "head_role_id", event.role_id),
        ...referring(state, "teams", "lead_role_id", event.role_id)
      ]
    case "FacilityCreated":
      return [`facilities.${event.facility_id}`]
    case "FacilityUpdated":
      return changesOf(`facilities.${event.facility_id}`, event.changes)
    case "FacilityRemoved":
      return [
        `facilities.${event.facility_id}`,
        "removed_facility_ids",
        ...referring(state, "facilities", "parent_facility_id", event.facility_id)
      ]
  }
}
