import { entityId } from "@cim-domain/commands/fields/Identifier"
import { StoredMetadata } from "@cim-domain/commands/fields/Metadata"
import { defaulted, nullable } from "@cim-domain/commands/fields/nullable"
import { Quantity } from "@cim-domain/commands/fields/Quantity"
import { timestamp } from "@cim-domain/commands/fields/Timestamp"
import { Unfit } from "@cim-domain/commands/history/Evolved"
import { Schema } from "effect"
import { adding } from "../definition/adding.ts"
import { applied, organizationEvent } from "../definition/organizationEvent.ts"
import { FacilityId, OrganizationId } from "../Identifiers.ts"
import { changedReference, fitsAbove } from "../units/fitting.ts"
import { putUnit } from "../units/putUnit.ts"
import { liveFacility } from "../units/Units.ts"
import { withChanges } from "../updates/withChanges.ts"
import { clearableOfFacility, FacilityStatus, StoredFacilityType } from "./facilityFields.ts"

/** A facility changed. */
export const FacilityUpdated = organizationEvent({
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
    metadata: nullable(StoredMetadata),
    cleared: defaulted(Schema.Array(Schema.Literals(clearableOfFacility)), [])
  }),
  occurred_at: timestamp
}, {
  causedBy: ["UpdateFacility"],
  upcast: { 1: adding({}, { facility_type: null, cleared: [] }) }
}, (state, { changes, facility_id }) => {
  const facility = liveFacility(state, facility_id)
  if (facility === undefined) return new Unfit("the facility is not there")
  const parent = changedReference(
    "parent_facility_id",
    changes,
    changes.parent_facility_id,
    facility.parent_facility_id,
    fitsAbove(state, "Facility", facility_id)
  )
  return applied(
    putUnit(state, "Facility", { ...withChanges(facility, changes), parent_facility_id: parent.value }),
    parent.ignored
  )
})
