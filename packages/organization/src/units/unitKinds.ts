import { codeKey } from "@cim-domain/commands/fields/Code"
import type { Department } from "../department/Department.ts"
import type { Facility } from "../facility/Facility.ts"
import type { Role } from "../role/Role.ts"
import type { Team } from "../team/Team.ts"
import type { CountName, ForestName, RelationName } from "./UnitIndex.ts"

/** A unit of each kind. */
export interface UnitOf {
  readonly Department: Department
  readonly Team: Team
  readonly Role: Role
  readonly Facility: Facility
}

/** The kinds of units. */
export type UnitKind = keyof UnitOf

/** What sets one kind of unit apart from the others. */
export interface KindOfUnit<Unit> {
  /** Where they are in the state. */
  readonly collection: "departments" | "teams" | "roles" | "facilities"
  /** The status after which there is no other. */
  readonly retired: string
  /** What the index holds of the live ones. */
  readonly indexed: {
    /** What each stands below. */
    readonly forest: { readonly name: ForestName; readonly of: (unit: Unit) => string | null } | null
    /** What each is found by. */
    readonly relations: ReadonlyArray<{
      readonly name: RelationName
      readonly of: (unit: Unit) => string | null
      readonly key?: (value: string) => string
    }>
    /** What each points to, of which there may be several. */
    readonly lists: ReadonlyArray<{
      readonly name: RelationName
      readonly of: (unit: Unit) => ReadonlyArray<string>
    }>
    /** How many there are. */
    readonly count: CountName | null
  }
}

/** The kinds of units; how one is put into the state follows from it. */
export const unitKinds: { readonly [Kind in UnitKind]: KindOfUnit<UnitOf[Kind]> } = {
  Department: {
    collection: "departments",
    retired: "Dissolved",
    indexed: {
      forest: { name: "departmentForest", of: ({ parent_department_id }) => parent_department_id },
      relations: [
        { name: "departmentCodes", of: ({ code }) => code, key: codeKey },
        { name: "departmentsByHead", of: ({ head_role_id }) => head_role_id }
      ],
      lists: [],
      count: "liveDepartments"
    }
  },
  Team: {
    collection: "teams",
    retired: "Disbanded",
    indexed: {
      forest: null,
      relations: [
        { name: "teamsByDepartment", of: ({ department_id }) => department_id },
        { name: "teamsByLead", of: ({ lead_role_id }) => lead_role_id }
      ],
      lists: [],
      count: "liveTeams"
    }
  },
  Role: {
    collection: "roles",
    retired: "Deprecated",
    indexed: {
      forest: { name: "roleForest", of: ({ reports_to }) => reports_to },
      relations: [
        { name: "roleCodes", of: ({ code }) => code, key: codeKey },
        { name: "rolesByDepartment", of: ({ department_id }) => department_id },
        { name: "rolesByTeam", of: ({ team_id }) => team_id }
      ],
      lists: [{ name: "rolesByDottedLine", of: ({ dotted_line_to }) => dotted_line_to }],
      count: "liveRoles"
    }
  },
  Facility: {
    collection: "facilities",
    retired: "Removed",
    indexed: {
      forest: { name: "facilityForest", of: ({ parent_facility_id }) => parent_facility_id },
      relations: [{ name: "facilityCodes", of: ({ code }) => code, key: codeKey }],
      lists: [],
      count: null
    }
  }
}

/** Whether a unit has come to its end. */
export const isRetired = (kind: UnitKind, { status }: { readonly status: string }): boolean =>
  status === unitKinds[kind].retired
