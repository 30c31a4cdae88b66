import * as Event from "@cim-domain/commands/Event"
import { entityId } from "@cim-domain/commands/fields/Identifier"
import { defaulted, nullable } from "@cim-domain/commands/fields/nullable"
import { Quantity } from "@cim-domain/commands/fields/Quantity"
import { timestamp } from "@cim-domain/commands/fields/Timestamp"
import { Schema } from "effect"
import { FacilityId, OrganizationId } from "../Identifiers.ts"
import { FacilityStatus, StoredFacilityType } from "../values/FacilityStatus.ts"
import { adding } from "./adding.ts"

/** What happened to facilities. */
export const facilityEvents = {
  FacilityCreated: Event.make({
    facility_id: entityId(FacilityId),
    organization_id: entityId(OrganizationId),
    name: Schema.String,
    code: Schema.String,
    facility_type: StoredFacilityType,
    description: nullable(Schema.String),
    capacity: nullable(Quantity),
    parent_facility_id: nullable(entityId(FacilityId)),
    occurred_at: timestamp
  }, {
    creates: "facility_id",
    causedBy: ["CreateFacility"]
  }),
  FacilityUpdated: Event.make({
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
  }, {
    causedBy: ["UpdateFacility"],
    upcast: { 1: adding({}, { facility_type: null, cleared: [] }) }
  }),
  FacilityRemoved: Event.make({
    facility_id: entityId(FacilityId),
    organization_id: entityId(OrganizationId),
    reason: Schema.String,
    occurred_at: timestamp,
    /** Where its children went; `null` in history that did not record it. */
    reparented: nullable(Schema.Struct({
      facility_ids: defaulted(Schema.Array(entityId(FacilityId)), []),
      to: nullable(entityId(FacilityId))
    }))
  }, {
    causedBy: ["RemoveFacility"],
    upcast: { 1: adding({ reparented: null }) }
  })
}
