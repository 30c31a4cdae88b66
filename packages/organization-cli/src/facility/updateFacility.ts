import { commandTable } from "@cim-domain/organization"
import { FacilityStatus, FacilityType } from "@cim-domain/organization/facility/facilityFields"
import { commandOf } from "../commandOf.ts"
import { fields } from "../fields.ts"

/** `organization facility update ID FACILITY-ID`. */
export const updateFacility = commandOf("update", "UpdateFacility", {
  organization_id: fields.organizationId,
  facility_id: fields.unitId("facility"),
  name: fields.text("name", "New name"),
  code: fields.text("code", "New code"),
  description: fields.text("description", "New description"),
  capacity: fields.quantity("capacity", "How many people it takes"),
  status: fields.optionalLiterals("status", FacilityStatus.to.literals, "New status"),
  parent_facility_id: fields.reference("parent", "The facility it becomes part of"),
  facility_type: fields.optional(fields.openType(FacilityType, "What it is used for")),
  clear: fields.clear(commandTable.UpdateFacility)
}, {
  description: "Change a facility; what is not named stays as it is",
  examples: [
    ["facility update 0198c0de-… 0198c0de-… --capacity 650 --status Renovating", "Make it larger"],
    ["facility update 0198c0de-… 0198c0de-… --clear parent_facility_id", "Make it stand alone"]
  ]
})
