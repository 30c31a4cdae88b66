import type { DepartmentId, FacilityId, RoleId, TeamId } from "../Identifiers.ts"
import { type Forest, noForest } from "./Forest.ts"
import { noRelation, type Relation } from "./Relation.ts"

/**
 * What deciding asks of the live units beside their fields, so that no question needs a look at all of them. Derived from
 * the units: kept up with each change of one, never stored, made again when a stored state is read.
 */
export interface UnitIndex {
  readonly departmentForest: Forest<DepartmentId>
  readonly roleForest: Forest<RoleId>
  readonly facilityForest: Forest<FacilityId>
  /** By what codes have in common that are the same. */
  readonly departmentCodes: Relation<DepartmentId>
  readonly roleCodes: Relation<RoleId>
  readonly facilityCodes: Relation<FacilityId>
  readonly departmentsByHead: Relation<DepartmentId>
  readonly teamsByLead: Relation<TeamId>
  readonly teamsByDepartment: Relation<TeamId>
  readonly rolesByDepartment: Relation<RoleId>
  readonly rolesByTeam: Relation<RoleId>
  /** By each role that they have a dotted line to. */
  readonly rolesByDottedLine: Relation<RoleId>
  readonly liveDepartments: number
  readonly liveTeams: number
  readonly liveRoles: number
}

type NameOf<Part> = { [Name in keyof UnitIndex]: UnitIndex[Name] extends Part ? Name : never }[keyof UnitIndex]

/** Where in the index there is a forest. */
export type ForestName = NameOf<Forest<any>>

/** Where in the index there is a relation. */
export type RelationName = NameOf<Relation<any>>

/** Where in the index something is counted. */
export type CountName = NameOf<number>

/** The index of no units. */
export const noUnitIndex: UnitIndex = {
  departmentForest: noForest(),
  roleForest: noForest(),
  facilityForest: noForest(),
  departmentCodes: noRelation(),
  roleCodes: noRelation(),
  facilityCodes: noRelation(),
  departmentsByHead: noRelation(),
  teamsByLead: noRelation(),
  teamsByDepartment: noRelation(),
  rolesByDepartment: noRelation(),
  rolesByTeam: noRelation(),
  rolesByDottedLine: noRelation(),
  liveDepartments: 0,
  liveTeams: 0,
  liveRoles: 0
}
