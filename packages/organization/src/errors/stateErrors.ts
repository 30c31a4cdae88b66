import { Schema } from "effect"
import { errorKind } from "./errorKind.ts"

const id = Schema.String
const ids = Schema.Array(id)
const names = Schema.Array(Schema.String)
const structure = "Invalid organizational structure:"

/** What the command asks for is not possible the way things are. */
export const stateErrors = {
  OrganizationTerminal: errorKind(
    "OrganizationTerminal",
    "state",
    { status: Schema.String },
    (details) => `${structure} the organization is ${details.status} and can no longer change`
  ),
  CommandNotAllowedInStatus: errorKind(
    "CommandNotAllowedInStatus",
    "state",
    { status: Schema.String, command: Schema.String, allowed_in: names },
    (details) =>
      `${structure} ${details.command} is not allowed in status ${details.status}, only in ${
        details.allowed_in.join(", ")
      }`
  ),
  InvalidStatusTransition: errorKind(
    "InvalidStatusTransition",
    "state",
    { from: Schema.String, to: Schema.String, allowed: names, use_command: Schema.NullOr(Schema.String) },
    (details) =>
      `${structure} status cannot change from ${details.from} to ${details.to}` +
      (details.use_command === null ? "" : `, use ${details.use_command}`)
  ),
  MixedStatusUpdate: errorKind(
    "MixedStatusUpdate",
    "state",
    { from: Schema.String, to: Schema.String, changed: names },
    (details) => `${structure} status cannot change together with ${details.changed.join(", ")}`
  ),
  EntityRetired: errorKind(
    "EntityRetired",
    "state",
    { kind: Schema.String, id, status: Schema.String },
    (details) => `${structure} ${details.kind} ${details.id} is ${details.status}`
  ),
  InvalidEntityStatus: errorKind(
    "InvalidEntityStatus",
    "state",
    { kind: Schema.String, from: Schema.String, to: Schema.String, use_command: Schema.NullOr(Schema.String) },
    (details) => `${structure} ${details.kind} status cannot change from ${details.from} to ${details.to}`
  ),
  DepartmentNotEmpty: errorKind(
    "DepartmentNotEmpty",
    "state",
    { departments: ids, teams: ids, roles: ids },
    () => `${structure} the department still has departments, teams or roles`
  ),
  FacilityNotEmpty: errorKind(
    "FacilityNotEmpty",
    "state",
    { children: ids },
    () => `${structure} the facility still has other facilities`
  ),
  RoleInUse: errorKind(
    "RoleInUse",
    "state",
    { reports: ids, heads: ids, leads: ids },
    () => `${structure} the role still has reports, or heads a department, or leads a team`
  ),
  HasChildOrganizations: errorKind(
    "HasChildOrganizations",
    "state",
    { ids },
    (details) => `${structure} the organization still has ${details.ids.length} child organizations`
  ),
  MergeCounterpartInvalid: errorKind(
    "MergeCounterpartInvalid",
    "state",
    { side: Schema.String, organization_id: id, why: Schema.String },
    (details) => `${structure} the ${details.side} organization ${details.organization_id} cannot merge, ${details.why}`
  ),
  ParentNotAvailable: errorKind(
    "ParentNotAvailable",
    "state",
    { organization_id: id, status: Schema.NullOr(Schema.String) },
    (details) => `${structure} the parent organization ${details.organization_id} is not available`
  )
}
