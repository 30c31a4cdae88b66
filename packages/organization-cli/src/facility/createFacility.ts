import { commandOf } from "../commandOf.ts"
import { fields } from "../fields.ts"

/** `organization facility create ID NAME`. */
export const createFacility = commandOf("create", "CreateFacility", {
  organization_id: fields.organizationId,
  name: fields.newName,
  code: fields.newCode,
  facility_type: "What it is used for",
  description: fields.description,
  capacity: "How many people it takes",
  parent_facility_id: ["parent", "The facility it is part of"],
  metadata: fields.newMetadata,
  facility_id: fields.newId
}, {
  description: "Create a facility",
  examples: [
    ["facility create 0198c0de-… Headquarters --code HQ-001 --type Headquarters --capacity 500", "For 500 people"],
    ["facility create 0198c0de-… Canteen --code HQ-C --type \"Other:Canteen\" --parent 0198c0de-…", "A part of it"]
  ]
})
