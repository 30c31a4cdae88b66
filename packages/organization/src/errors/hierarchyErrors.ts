import * as Rejection from "@cim-domain/commands/Rejection"
import { Schema } from "effect"

const id = Schema.String
const structure = "Invalid organizational structure:"

/** The command would bend a hierarchy out of shape. */
export const hierarchyErrors = {
  CircularReference: Rejection.make(
    "CircularReference",
    "hierarchy",
    { kind: Schema.String, path: Schema.Array(id) },
    (details) => `Circular reference: ${details.kind} ${details.path.join(" -> ")}`
  ),
  InvalidTransferTarget: Rejection.make(
    "InvalidTransferTarget",
    "hierarchy",
    { target: id, why: Schema.String },
    (details) => `${structure} cannot transfer to ${details.target}, ${details.why}`
  ),
  InvalidRestructure: Rejection.make(
    "InvalidRestructure",
    "hierarchy",
    { type: Schema.String, why: Schema.String },
    (details) => `${structure} ${details.type} is not possible, ${details.why}`
  ),
  TeamDepartmentMismatch: Rejection.make(
    "TeamDepartmentMismatch",
    "hierarchy",
    { team_id: id, team_department_id: id, role_department_id: id },
    (details) => `${structure} team ${details.team_id} belongs to department ${details.team_department_id}`
  )
}
