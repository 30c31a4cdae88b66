import { StoredMetadata } from "@cim-domain/commands/fields/Metadata"
import { Quantity } from "@cim-domain/commands/fields/Quantity"
import { Schema } from "effect"
import { DepartmentId, RoleId, TeamId } from "../Identifiers.ts"
import { TeamStatus, TeamType } from "./teamFields.ts"

/** A team; a disbanded one stays as it was at its end, without a lead. */
export const Team = Schema.Struct({
  id: TeamId,
  name: Schema.String,
  description: Schema.NullOr(Schema.String),
  team_type: TeamType,
  max_members: Schema.NullOr(Quantity),
  department_id: Schema.NullOr(DepartmentId),
  lead_role_id: Schema.NullOr(RoleId),
  metadata: StoredMetadata,
  status: TeamStatus
})
export type Team = typeof Team.Type
