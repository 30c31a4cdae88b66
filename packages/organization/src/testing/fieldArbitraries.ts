import {
  among,
  code,
  instant,
  metadata,
  oneOf,
  orNull,
  storedWords,
  upTo,
  uuid,
  words
} from "@cim-domain/commands/testing/valueArbitraries"
import { Arbitrary } from "effect"
import { clearableOfDepartment, DepartmentStatus, RestructureType } from "../department/departmentFields.ts"
import { clearableOfFacility, FacilityStatus, FacilityType } from "../facility/facilityFields.ts"
import { MergerType } from "../hierarchy/MergerType.ts"
import {
  clearableOfOrganization,
  InitialStatus,
  OrganizationStatus,
  OrganizationType
} from "../organization/organizationFields.ts"
import { clearableOfRole, InitialRoleStatus, RoleStatus, RoleType } from "../role/roleFields.ts"
import { clearableOfTeam, TeamStatus, TeamType } from "../team/teamFields.ts"

const id = uuid(8)
const ids = Arbitrary.array(id, { maxLength: 3 })
const organizationType = oneOf<unknown>(
  among(...OrganizationType.to.members[0].literals),
  Arbitrary.map(words(100), (Other) => ({ Other }))
)
const uniqueTexts = Arbitrary.map(Arbitrary.array(words(50), { maxLength: 4 }), (items) => [...new Set(items)])

/** Values for the fields of commands and events by name; a name means the same kind of value wherever it stands. */
export const fieldArbitraries: Readonly<Record<string, Arbitrary.Arbitrary<unknown>>> = {
  name: words(200),
  display_name: words(200),
  title: words(200),
  child_name: words(200),
  code,
  reason: words(1000),
  organization_type: organizationType,
  child_type: organizationType,
  facility_type: oneOf<unknown>(
    among(...FacilityType.to.members[0].literals),
    Arbitrary.map(words(100), (Other) => ({ Other }))
  ),
  merger_type: among(...MergerType.to.literals),
  restructure_type: among(...RestructureType.to.literals),
  team_type: among(...TeamType.to.literals),
  role_type: among(...RoleType.to.literals),
  initial_status: among(...InitialStatus.to.literals),
  initial_status_of_role: among(...InitialRoleStatus.to.literals),
  new_status: among(...OrganizationStatus.to.literals),
  previous_status: among("Pending", "Active", "Inactive", "Suspended"),
  recorded_on: among("merged", "surviving"),
  effective_date: instant,
  occurred_at: instant,
  metadata,
  permissions: uniqueTexts,
  responsibilities: uniqueTexts,
  promote_children: Arbitrary.Constant(false),
  organization_id: id,
  parent_organization_id: id,
  child_organization_id: id,
  surviving_organization_id: id,
  merged_organization_id: id,
  department_id: id,
  team_id: id,
  role_id: id,
  facility_id: id,
  moved_role_ids: ids,
  dotted_line_to: Arbitrary.map(ids, (ids) => [...new Set(ids)]),
  schema_version: Arbitrary.Constant(2),
  description: words(4000),
  level: upTo(255),
  capacity: upTo(4_294_967_295),
  max_members: Arbitrary.map(upTo(4_294_967_294), (count) => count + 1),
  founded_date: instant,
  parent_id: id,
  parent_department_id: id,
  parent_facility_id: id,
  new_parent_id: id,
  previous_parent_id: id,
  head_role_id: id,
  lead_role_id: id,
  reports_to: id,
  transfer_to: id,
  transfer_children_to: id,
  members_transfer_to: id,
  members_transferred_to: id,
  replacement_role_id: id,
  issued_by: words(200),
  expected_version: oneOf<number | null>(Arbitrary.Constant(null), Arbitrary.Constant(null), upTo(10)),
  transferred: Arbitrary.all({ department_ids: ids, team_ids: ids, role_ids: ids }),
  repointed: Arbitrary.all({
    report_role_ids: ids,
    replacement_reports_to: orNull(id),
    headed_department_ids: ids,
    led_team_ids: ids,
    dotted_role_ids: ids
  }),
  reparented: Arbitrary.all({ facility_ids: ids, to: orNull(id) })
}

/** Values for those fields of events whose rule history need not follow. */
export const storedArbitraries: Readonly<Record<string, Arbitrary.Arbitrary<unknown>>> = {
  name: storedWords(200),
  display_name: storedWords(200),
  title: storedWords(200),
  child_name: storedWords(200),
  code: oneOf(code, storedWords(32)),
  reason: storedWords(1000),
  description: storedWords(4000),
  issued_by: storedWords(200),
  permissions: Arbitrary.array(storedWords(50), { maxLength: 4 }),
  dotted_line_to: ids,
  metadata: oneOf<unknown>(
    metadata,
    Arbitrary.map(
      Arbitrary.all([storedWords(20), storedWords(20)]),
      ([key, text]) => key === "__proto__" ? { text } : { [key]: [text, 1e300] }
    )
  )
}

/** Values for `status`, which means something else for each kind of unit. */
export const statusArbitraries = {
  Organization: fieldArbitraries["new_status"]!,
  Department: among(...DepartmentStatus.to.literals),
  Team: among(...TeamStatus.to.literals),
  Role: among(...RoleStatus.to.literals),
  Facility: among(...FacilityStatus.to.literals)
} as const

/** The fields that an update of each kind of unit may empty. */
export const clearableFields = {
  Organization: clearableOfOrganization,
  Department: clearableOfDepartment,
  Team: clearableOfTeam,
  Role: clearableOfRole,
  Facility: clearableOfFacility
} as const
