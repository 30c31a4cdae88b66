import { HashMap, HashSet, Option } from "effect"
import type { DepartmentId, FacilityId, RoleId, TeamId } from "../Identifiers.ts"
import type { Department } from "./Department.ts"
import type { Facility } from "./Facility.ts"
import type { Role } from "./Role.ts"
import type { Team } from "./Team.ts"
import { noUnitIndex, type UnitIndex } from "./UnitIndex.ts"

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

/** The kinds of units. */
export type UnitKind = "Department" | "Team" | "Role" | "Facility"

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

/** The department of an id, unless it is dissolved or unknown. */
export const liveDepartment = ({ departments }: Units, id: DepartmentId): Department | undefined =>
  Option.getOrUndefined(Option.filter(HashMap.get(departments, id), ({ status }) => status !== "Dissolved"))

/** The team of an id, unless it is disbanded or unknown. */
export const liveTeam = ({ teams }: Units, id: TeamId): Team | undefined =>
  Option.getOrUndefined(Option.filter(HashMap.get(teams, id), ({ status }) => status !== "Disbanded"))

/** The role of an id, unless it is deprecated or unknown. */
export const liveRole = ({ roles }: Units, id: RoleId): Role | undefined =>
  Option.getOrUndefined(Option.filter(HashMap.get(roles, id), ({ status }) => status !== "Deprecated"))

/** The facility of an id, unless it is removed or unknown; a closed one is there. */
export const liveFacility = ({ facilities }: Units, id: FacilityId): Facility | undefined =>
  Option.getOrUndefined(HashMap.get(facilities, id))

/** The status of a unit, also of a retired one; `undefined` when there never was one of that id. */
export const statusOfUnit = (units: Units, kind: UnitKind, id: string): string | undefined => {
  if (kind === "Facility" && HashSet.has(units.removed_facility_ids, id as FacilityId)) return "Removed"
  const byId: HashMap.HashMap<string, { readonly status: string }> = units[collections[kind]]
  return Option.getOrUndefined(HashMap.get(byId, id))?.status
}

/** The status of each kind of unit after which there is no other. */
export const retiredStatus = {
  Department: "Dissolved",
  Team: "Disbanded",
  Role: "Deprecated",
  Facility: "Removed"
} as const satisfies Readonly<Record<UnitKind, string>>

const collections = { Department: "departments", Team: "teams", Role: "roles", Facility: "facilities" } as const
