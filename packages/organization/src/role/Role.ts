import { StoredMetadata } from "@cim-domain/commands/fields/Metadata"
import { Quantity } from "@cim-domain/commands/fields/Quantity"
import { Schema } from "effect"
import { DepartmentId, RoleId, TeamId } from "../Identifiers.ts"
import { RoleStatus, RoleType } from "./roleFields.ts"

/** A role; a deprecated one stays as it was at its end. */
export const Role = Schema.Struct({
  id: RoleId,
  title: Schema.String,
  code: Schema.String,
  description: Schema.NullOr(Schema.String),
  role_type: RoleType,
  level: Schema.NullOr(Quantity),
  department_id: Schema.NullOr(DepartmentId),
  team_id: Schema.NullOr(TeamId),
  reports_to: Schema.NullOr(RoleId),
  permissions: Schema.Array(Schema.String),
  responsibilities: Schema.Array(Schema.String),
  /** Roles that it reports to beside the line of the tree. */
  dotted_line_to: Schema.Array(RoleId),
  metadata: StoredMetadata,
  status: RoleStatus
})
export type Role = typeof Role.Type
