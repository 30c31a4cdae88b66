import { HashSet } from "effect"
import type { Department } from "../department/Department.ts"
import type { Facility } from "../facility/Facility.ts"
import type { FacilityId } from "../Identifiers.ts"
import { bytesOf } from "../limits/bytesOf.ts"
import type { Role } from "../role/Role.ts"
import type { Team } from "../team/Team.ts"
import { putUnit } from "./putUnit.ts"
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
  const { departments, facilities, removed_facility_ids, roles, teams } = records
  const circular = hasCircle(departments, ({ parent_department_id }) => parent_department_id) ||
    hasCircle(roles, ({ reports_to }) => reports_to) ||
    hasCircle(facilities, ({ parent_facility_id }) => parent_facility_id)
  if (circular) return null
  let units: Units = {
    ...noUnits,
    removed_facility_ids: HashSet.fromIterable(removed_facility_ids),
    bytes: removed_facility_ids.reduce((bytes, id) => bytes + bytesOf(id), 0)
  }
  for (const department of departments) units = putUnit(units, "Department", department)
  for (const team of teams) units = putUnit(units, "Team", team)
  for (const role of roles) units = putUnit(units, "Role", role)
  for (const facility of facilities) units = putUnit(units, "Facility", facility)
  return units
}

/** Goes up from each unit until there is nothing above, or what is known to lead there. */
const hasCircle = <A extends { readonly id: string }>(
  units: ReadonlyArray<A>,
  parentOf: (unit: A) => string | null
): boolean => {
  const parents = new Map(units.map((unit) => [unit.id, parentOf(unit)]))
  const ending = new Set<string>()
  for (const { id } of units) {
    const line = new Set<string>()
    let at: string | null = id
    while (at !== null && !ending.has(at)) {
      if (line.has(at)) return true
      line.add(at)
      at = parents.get(at) ?? null
    }
    for (const id of line) ending.add(id)
  }
  return false
}
