import { HashMap, HashSet, Option } from "effect"
import type { Department } from "../department/Department.ts"
import type { Facility } from "../facility/Facility.ts"
import type { DepartmentId, FacilityId, RoleId, TeamId } from "../Identifiers.ts"
import type { Role } from "../role/Role.ts"
import type { Team } from "../team/Team.ts"
import { noUnitIndex, type UnitIndex } from "./UnitIndex.ts"
import { type UnitKind, unitKinds, type UnitOf } from "./unitKinds.ts"

/** The units of an organization by id: live ones, and retired ones as they were at their end. */
export interface Units {
  readonly departments: HashMap.HashMap<DepartmentId, Department>
  readonly teams: HashMap.HashMap<TeamId, Team>
  readonly roles: HashMap.HashMap<RoleId, Role>
  readonly facilities: HashMap.HashMap<FacilityId, Facility>
  readonly removed_facility_ids: HashSet.HashSet<FacilityId>
  /** Follows from the rest. */
  readonly index: UnitIndex
  /** How large all of this is; see `bytesOf.ts`. Follows from the rest. */
  readonly bytes: number
}

/** No units. */
export const noUnits: Units = {
  departments: HashMap.empty(),
  teams: HashMap.empty(),
  roles: HashMap.empty(),
  facilities: HashMap.empty(),
  removed_facility_ids: HashSet.empty(),
  index: noUnitIndex,
  bytes: 0
}

/** The unit of a kind and an id, unless it is retired or unknown. */
export const liveUnit = <Kind extends UnitKind>(units: Units, kind: Kind, id: string): UnitOf[Kind] | undefined => {
  const unit = Option.getOrUndefined(HashMap.get(unitsById(units, kind), id))
  return unit?.status === unitKinds[kind].retired ? undefined : unit
}

/** The department of an id, unless it is dissolved or unknown. */
export const liveDepartment = (units: Units, id: DepartmentId) => liveUnit(units, "Department", id)

/** The team of an id, unless it is disbanded or unknown. */
export const liveTeam = (units: Units, id: TeamId) => liveUnit(units, "Team", id)

/** The role of an id, unless it is deprecated or unknown. */
export const liveRole = (units: Units, id: RoleId) => liveUnit(units, "Role", id)

/** The facility of an id, unless it is removed or unknown; a closed one is there. */
export const liveFacility = (units: Units, id: FacilityId) => liveUnit(units, "Facility", id)

/** The status of a unit, also of a retired one; `undefined` when there never was one of that id. */
export const statusOfUnit = (units: Units, kind: UnitKind, id: string): string | undefined =>
  kind === "Facility" && HashSet.has(units.removed_facility_ids, id as FacilityId)
    ? unitKinds[kind].retired
    : Option.getOrUndefined(HashMap.get(unitsById(units, kind), id))?.status

/** All units of a kind, of which facilities leave when they are removed. */
export const unitsById = <Kind extends UnitKind>(units: Units, kind: Kind) =>
  units[unitKinds[kind].collection] as unknown as HashMap.HashMap<string, UnitOf[Kind]>
