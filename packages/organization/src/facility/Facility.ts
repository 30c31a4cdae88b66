import { StoredMetadata } from "@cim-domain/commands/fields/Metadata"
import { Quantity } from "@cim-domain/commands/fields/Quantity"
import { Schema } from "effect"
import { FacilityId } from "../Identifiers.ts"
import { FacilityStatus, StoredFacilityType } from "./facilityFields.ts"

/** A facility that is not removed; of removed ones only the id stays. */
export const Facility = Schema.Struct({
  id: FacilityId,
  name: Schema.String,
  code: Schema.String,
  description: Schema.NullOr(Schema.String),
  facility_type: StoredFacilityType,
  capacity: Schema.NullOr(Quantity),
  parent_facility_id: Schema.NullOr(FacilityId),
  metadata: StoredMetadata,
  status: FacilityStatus
})
export type Facility = typeof Facility.Type
