import { Schema } from "effect"
import { entityId, FacilityId, OrganizationId } from "../Identifiers.ts"
import { timestamp } from "../Timestamp.ts"
import { FacilityStatus, StoredFacilityType } from "../values/FacilityStatus.ts"
import { Quantity } from "../values/Quantity.ts"
import { defaulted, nullable } from "../wire/nullable.ts"
import { event } from "./event.ts"

/** What happened to facilities. */
export const facilityEvents = {
  FacilityCreated: event("FacilityCreated", {
    facility_id: entityId(FacilityId),
    organization_id: entityId(OrganizationId),
    name: Schema.String,
    code: Schema.String,
    facility_type: StoredFacilityType,
    description: nullable(Schema.String),
    capacity: nullable(Quantity),
    parent_facility_id: nullable(entityId(FacilityId)),
    occurred_at: timestamp
  }),
  FacilityUpdated: event("FacilityUpdated", {
    facility_id: entityId(FacilityId),
    organization_id: entityId(OrganizationId),
    changes: Schema.Struct({
      name: nullable(Schema.String),
      code: nullable(Schema.String),
      description: nullable(Schema.String),
      capacity: nullable(Quantity),
      status: nullable(FacilityStatus),
      parent_facility_id: nullable(entityId(FacilityId)),
      facility_type: nullable(StoredFacilityType),
      cleared: defaulted(Schema.Array(Schema.Literals(["description", "capacity", "parent_facility_id"])), [])
    }),
    occurred_at: timestamp
  }),
  FacilityRemoved: event("FacilityRemoved", {
    facility_id: entityId(FacilityId),
    organization_id: entityId(OrganizationId),
    reason: Schema.String,
    occurred_at: timestamp,
    /** Where its children went; `null` in history that did not record it. */
    reparented: nullable(Schema.Struct({
      facility_ids: defaulted(Schema.Array(entityId(FacilityId)), []),
      to: nullable(entityId(FacilityId))
    }))
  })
}
