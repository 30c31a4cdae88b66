import { commandOf } from "../commandOf.ts"
import { fields } from "../fields.ts"

/** `organization facility update ID FACILITY-ID`. */
export const updateFacility = commandOf("update", "UpdateFacility", {
  organization_id: fields.organizationId,
  facility_id: fields.unitId("facility"),
  name: "New name",
  code: "New code",
  description: "New description",
  capacity: "How many people it takes",
  status: "New status",
  parent_facility_id: ["parent", "The facility it becomes part of"],
  facility_type: "What it is used for",
  metadata: fields.metadata,
  clear: fields.clear
}, {
  description: "Change a facility; what is not named stays as it is",
  examples: [
    ["facility update 0198c0de-… 0198c0de-… --capacity 650 --status Renovating", "Make it larger"],
    ["facility update 0198c0de-… 0198c0de-… --clear parent_facility_id", "Make it stand alone"]
  ]
})
