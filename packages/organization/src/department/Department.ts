import { StoredMetadata } from "@cim-domain/commands/fields/Metadata"
import { Schema } from "effect"
import { DepartmentId, RoleId } from "../Identifiers.ts"
import { DepartmentStatus } from "./departmentFields.ts"

/** A department; a dissolved one stays as it was at its end, without a head. */
export const Department = Schema.Struct({
  id: DepartmentId,
  name: Schema.String,
  code: Schema.String,
  description: Schema.NullOr(Schema.String),
  parent_department_id: Schema.NullOr(DepartmentId),
  head_role_id: Schema.NullOr(RoleId),
  metadata: StoredMetadata,
  status: DepartmentStatus
})
export type Department = typeof Department.Type
