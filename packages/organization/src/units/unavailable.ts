import { errorKinds, type OrganizationError } from "../OrganizationError.ts"
import { isRetired, type UnitKind } from "./unitKinds.ts"
import { statusOfUnit, type Units } from "./Units.ts"

/** The error of naming a unit that is unknown or retired, else `null`; naming none is fine. */
export const unavailable = (units: Units, kind: UnitKind, id: string | null): OrganizationError | null => {
  if (id === null) return null
  const status = statusOfUnit(units, kind, id)
  if (status === undefined) return notFound(kind, id)
  return isRetired(kind, { status }) ? errorKinds.EntityRetired.make({ kind, id, status }) : null
}

/** The error of the first of several that is unknown or retired, else `null`. */
export const unavailableAmong = (
  units: Units,
  kind: UnitKind,
  ids: ReadonlyArray<string>
): OrganizationError | null => {
  for (const id of ids) {
    const problem = unavailable(units, kind, id)
    if (problem !== null) return problem
  }
  return null
}

/** The error of naming as a parent a facility that is unknown, removed or closed, else `null`. */
export const unavailableParent = (units: Units, id: string | null): OrganizationError | null => {
  if (id === null) return null
  const status = statusOfUnit(units, "Facility", id)
  return status === "Closed"
    ? errorKinds.EntityRetired.make({ kind: "Facility", id, status })
    : unavailable(units, "Facility", id)
}

/** The error of creating a unit under an id that was ever used, else `null`. */
export const idInUse = (units: Units, kind: UnitKind, id: string): OrganizationError | null =>
  statusOfUnit(units, kind, id) === undefined ? null : errorKinds.EntityAlreadyExists.make({ kind, id })

const notFound = (kind: UnitKind, id: string): OrganizationError => {
  switch (kind) {
    case "Department":
      return errorKinds.DepartmentNotFound.make({ department_id: id })
    case "Team":
      return errorKinds.TeamNotFound.make({ team_id: id })
    case "Role":
      return errorKinds.RoleNotFound.make({ role_id: id })
    case "Facility":
      return errorKinds.FacilityNotFound.make({ facility_id: id })
  }
}
