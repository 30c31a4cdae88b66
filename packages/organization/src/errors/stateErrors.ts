import * as Rejection from "@cim-domain/commands/Rejection"
import { Schema } from "effect"

const id = Schema.String
const ids = Schema.Array(id)
const names = Schema.Array(Schema.String)
const structure = "Invalid organizational structure:"

/** What the command asks for is not possible the way things are. */
export const stateErrors = {
  OrganizationTerminal: Rejection.make(
    "OrganizationTerminal",
    "state",
    { status: Schema.String },
    (details) => `${structure} the organization is ${details.status} and can no longer change`
  ),
  CommandNotAllowedInStatus: Rejection.make(
    "CommandNotAllowedInStatus",
    "state",
    { status: Schema.String, command: Schema.String, allowed_in: names },
    (details) =>
      `${structure} ${details.command} is not allowed in status ${details.status}, only in ${
        details.allowed_in.join(", ")
      }`
  ),
  InvalidStatusTransition: Rejection.make(
    "InvalidStatusTransition",
    "state",
    { from: Schema.String, to: Schema.String, allowed: names, use_command: Schema.NullOr(Schema.String) },
    (details) =>
      `${structure} status cannot change from ${details.from} to ${details.to}` +
      (details.use_command === null ? "" : `, use ${details.use_command}`)
  ),
  MixedStatusUpdate: Rejection.make(
    "MixedStatusUpdate",
    "state",
    { from: Schema.String, to: Schema.String, changed: names },
    (details) => `${structure} status cannot change together with ${details.changed.join(", ")}`
  ),
  EntityRetired: Rejection.make(
    "EntityRetired",
    "state",
    { kind: Schema.String, id, status: Schema.String },
    (details) => `${structure} ${details.kind} ${details.id} is ${details.status}`
  ),
  InvalidEntityStatus: Rejection.make(
    "InvalidEntityStatus",
    "state",
    { kind: Schema.String, from: Schema.String, to: Schema.String, use_command: Schema.NullOr(Schema.String) },
    (details) => `${structure} ${details.kind} status cannot change from ${details.from} to ${details.to}`
  ),
  DepartmentNotEmpty: Rejection.make(
    "DepartmentNotEmpty",
    "state",
    { departments: ids, teams: ids, roles: ids },
    () => `${structure} the department still has departments, teams or roles`
  ),
  FacilityNotEmpty: Rejection.make(
    "FacilityNotEmpty",
    "state",
    { children: ids },
    () => `${structure} the facility still has other facilities`
  ),
  RoleInUse: Rejection.make(
    "RoleInUse",
    "state",
    { reports: ids, heads: ids, leads: ids },
    () => `${structure} the role still has reports, or heads a department, or leads a team`
  ),
  HasChildOrganizations: Rejection.make(
    "HasChildOrganizations",
    "state",
    { ids },
    (details) => `${structure} the organization still has ${details.ids.length} child organizations`
  )
}
