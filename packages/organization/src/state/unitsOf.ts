import { HashSet } from "effect"
import type { FacilityId } from "../Identifiers.ts"
import type { Department } from "./Department.ts"
import type { Facility } from "./Facility.ts"
import { type Forest, wayUp } from "./Forest.ts"
import { putDepartment } from "./putDepartment.ts"
import { putFacility } from "./putFacility.ts"
import { putRole } from "./putRole.ts"
import { putTeam } from "./putTeam.ts"
import type { Role } from "./Role.ts"
import type { Team } from "./Team.ts"
import { noUnits, type Units } from "./Units.ts"

/** Units as they are stored. */
export interface UnitRecords {
  readonly departments: ReadonlyArray<Department>
  readonly teams: ReadonlyArray<Team>
  readonly roles: ReadonlyArray<Role>
  readonly facilities: ReadonlyArray<Facility>
  readonly removed_facility_ids: ReadonlyArray<FacilityId>
}

/** The units of their records, in any order, with the index that follows; `null` when some stand below themselves. */
export const unitsOf = (records: UnitRecords): Units | null => {
  let units: Units = { ...noUnits, removed_facility_ids: HashSet.fromIterable(records.removed_facility_ids) }
  for (const department of records.departments) {
    if (closesCircle(units.index.departmentForest, department.id, department.parent_department_id)) return null
    units = putDepartment(units, department)
  }
  for (const team of records.teams) units = putTeam(units, team)
  for (const role of records.roles) {
    if (closesCircle(units.index.roleForest, role.id, role.reports_to)) return null
    units = putRole(units, role)
  }
  for (const facility of records.facilities) {
    if (closesCircle(units.index.facilityForest, facility.id, facility.parent_facility_id)) return null
    units = putFacility(units, facility)
  }
  return units
}

const closesCircle = <Id extends string>(forest: Forest<Id>, id: Id, parent: Id | null): boolean =>
  parent !== null && wayUp(forest, parent, id) !== null
