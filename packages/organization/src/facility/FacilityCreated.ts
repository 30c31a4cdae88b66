import { entityId } from "@cim-domain/commands/fields/Identifier"
import { StoredMetadata } from "@cim-domain/commands/fields/Metadata"
import { defaulted, nullable } from "@cim-domain/commands/fields/nullable"
import { Quantity } from "@cim-domain/commands/fields/Quantity"
import { timestamp } from "@cim-domain/commands/fields/Timestamp"
import { Unfit } from "@cim-domain/commands/history/Evolved"
import { Schema } from "effect"
import { applied, organizationEvent } from "../definition/organizationEvent.ts"
import { FacilityId, OrganizationId } from "../Identifiers.ts"
import { fittingReference, isLive } from "../units/fitting.ts"
import { putUnit } from "../units/putUnit.ts"
import { statusOfUnit } from "../units/Units.ts"
import { StoredFacilityType } from "./facilityFields.ts"

/** There is a new facility. */
export const FacilityCreated = organizationEvent({
  facility_id: entityId(FacilityId),
  organization_id: entityId(OrganizationId),
  name: Schema.String,
  code: Schema.String,
  facility_type: StoredFacilityType,
  description: nullable(Schema.String),
  capacity: nullable(Quantity),
  parent_facility_id: nullable(entityId(FacilityId)),
  occurred_at: timestamp,
  metadata: defaulted(StoredMetadata, {})
}, {
  creates: "facility_id",
  causedBy: ["CreateFacility"]
}, (state, event) => {
  const { capacity, code, description, facility_id: id, facility_type, metadata, name, parent_facility_id } = event
  if (statusOfUnit(state, "Facility", id) !== undefined) return new Unfit("the facility exists or existed already")
  const parent = fittingReference("parent_facility_id", parent_facility_id, null, isLive(state, "Facility"))
  return applied(
    putUnit(state, "Facility", {
      id,
      name,
      code,
      description,
      facility_type,
      capacity,
      parent_facility_id: parent.value,
      metadata,
      status: "Active"
    }),
    parent.ignored
  )
})
