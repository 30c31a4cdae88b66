import * as Rejection from "@cim-domain/commands/Rejection"
import { Schema } from "effect"

const id = Schema.String

/** Something the command names does not exist. */
export const notFoundErrors = {
  OrganizationNotFound: Rejection.make(
    "OrganizationNotFound",
    "not_found",
    { organization_id: id },
    (details) => `Organization not found: ${details.organization_id}`
  ),
  DepartmentNotFound: Rejection.make(
    "DepartmentNotFound",
    "not_found",
    { department_id: id },
    (details) => `Department not found: ${details.department_id}`
  ),
  TeamNotFound: Rejection.make(
    "TeamNotFound",
    "not_found",
    { team_id: id },
    (details) => `Team not found: ${details.team_id}`
  ),
  RoleNotFound: Rejection.make(
    "RoleNotFound",
    "not_found",
    { role_id: id },
    (details) => `Entity not found: Role ${details.role_id}`
  ),
  FacilityNotFound: Rejection.make(
    "FacilityNotFound",
    "not_found",
    { facility_id: id },
    (details) => `Entity not found: Facility ${details.facility_id}`
  ),
  ChildOrganizationNotFound: Rejection.make(
    "ChildOrganizationNotFound",
    "not_found",
    { parent_organization_id: id, child_organization_id: id },
    (details) => `Entity not found: Child organization ${details.child_organization_id}`
  )
}
