import type { EventOf } from "../OrganizationEvent.ts"
import { departmentContents } from "../state/contents.ts"
import type { Department } from "../state/Department.ts"
import { isWithin } from "../state/Forest.ts"
import { putDepartment } from "../state/putDepartment.ts"
import { putRole } from "../state/putRole.ts"
import { putTeam } from "../state/putTeam.ts"
import { liveDepartment, liveRole, liveTeam, statusOfUnit, type Units } from "../state/Units.ts"
import { changedReference, changedStatus, fittingReference, withChanges, wrongList } from "./changes.ts"
import { applied, type EventEffect } from "./EventEffect.ts"

type DepartmentEvent = EventOf<
  "DepartmentCreated" | "DepartmentUpdated" | "DepartmentRestructured" | "DepartmentDissolved"
>

/** What an event about a department does to the units. */
export const evolveDepartments = <State extends Units>(units: State, event: DepartmentEvent): EventEffect<State> => {
  if (event.event_type === "DepartmentCreated") return created(units, event)
  const department = liveDepartment(units, event.department_id)
  if (department === undefined) return "the department is not there"
  switch (event.event_type) {
    case "DepartmentUpdated":
      return updated(units, department, event)
    case "DepartmentRestructured":
      return restructured(units, department, event)
    case "DepartmentDissolved":
      return dissolved(units, department, event)
  }
}

const created = <State extends Units>(units: State, event: EventOf<"DepartmentCreated">): EventEffect<State> => {
  const { code, department_id: id, description, name, parent_department_id } = event
  if (statusOfUnit(units, "Department", id) !== undefined) return "the department exists already"
  const parent = fittingReference(
    "parent_department_id",
    parent_department_id,
    null,
    (id) => liveDepartment(units, id) !== undefined
  )
  return applied(
    putDepartment(units, {
      id,
      name,
      code,
      description,
      parent_department_id: parent.value,
      head_role_id: null,
      status: "Active"
    }),
    parent.ignored
  )
}

const updated = <State extends Units>(
  units: State,
  department: Department,
  { changes }: EventOf<"DepartmentUpdated">
): EventEffect<State> => {
  const head = changedReference(
    "head_role_id",
    changes,
    changes.head_role_id,
    department.head_role_id,
    (id) => liveRole(units, id) !== undefined
  )
  const status = changedStatus(changes.status, department.status, "Dissolved")
  const next = { ...withChanges(department, changes), head_role_id: head.value, status: status.value }
  return applied(putDepartment(units, next), head.ignored, status.ignored)
}

/** A split changes nothing but the status; the new parts are created one by one. */
const restructured = <State extends Units>(
  units: State,
  department: Department,
  event: EventOf<"DepartmentRestructured">
): EventEffect<State> => {
  const { new_parent_id, restructure_type } = event
  const current = department.parent_department_id
  const parent = restructure_type === "Split"
    ? { value: current, ignored: [] }
    : fittingReference("new_parent_id", new_parent_id, current, (id) => fitsAbove(units, id, department))
  const status = restructure_type === "Split" || restructure_type === "Merge" ? "Restructuring" : department.status
  return applied(putDepartment(units, { ...department, parent_department_id: parent.value, status }), parent.ignored)
}

/**
 * Everything in the department moves: to where the event says, else to the parent. The lists of the event are what the
 * command saw; they cannot differ from what is there unless somebody else wrote them.
 */
const dissolved = <State extends Units>(
  units: State,
  department: Department,
  event: EventOf<"DepartmentDissolved">
): EventEffect<State> => {
  const otherwise = department.parent_department_id
  const wanted = event.transfer_to ?? otherwise
  const target = fittingReference("transfer_to", wanted, otherwise, (id) => fitsAbove(units, id, department))
  const contents = departmentContents(units, department.id)
  let next = units
  for (const id of contents.departments) {
    next = putDepartment(next, { ...liveDepartment(next, id)!, parent_department_id: target.value })
  }
  for (const id of contents.teams) next = putTeam(next, { ...liveTeam(next, id)!, department_id: target.value })
  for (const id of contents.roles) next = putRole(next, { ...liveRole(next, id)!, department_id: target.value })
  return applied(
    putDepartment(next, { ...department, head_role_id: null, status: "Dissolved" }),
    target.ignored,
    wrongList("department_ids", event.transferred?.department_ids, contents.departments),
    wrongList("team_ids", event.transferred?.team_ids, contents.teams),
    wrongList("role_ids", event.transferred?.role_ids, contents.roles)
  )
}

const fitsAbove = (units: Units, id: Department["id"], department: Department): boolean =>
  liveDepartment(units, id) !== undefined && !isWithin(units.index.departmentForest, id, department.id)
