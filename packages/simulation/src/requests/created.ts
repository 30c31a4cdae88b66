import type { UnitKind } from "../model/ModelOrganization.ts"

/** What a command creates: the kind, and the field of its id. */
export const created: Readonly<Record<string, readonly [UnitKind, string]>> = {
  CreateDepartment: ["Department", "department_id"],
  CreateTeam: ["Team", "team_id"],
  CreateRole: ["Role", "role_id"],
  CreateFacility: ["Facility", "facility_id"]
}
