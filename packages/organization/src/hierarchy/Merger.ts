import { Timestamp } from "@cim-domain/commands/fields/Timestamp"
import { Schema } from "effect"
import { OrganizationId } from "../Identifiers.ts"
import { MergerType } from "./MergerType.ts"

/** The other side of a merger, as either side remembers it. */
export const Merger = Schema.Struct({
  organization_id: OrganizationId,
  merger_type: MergerType,
  effective_date: Timestamp
})
export type Merger = typeof Merger.Type
