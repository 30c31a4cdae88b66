import { commandOf } from "../commandOf.ts"
import { fields } from "../fields.ts"

/** `organization facility remove ID FACILITY-ID`. */
export const removeFacility = commandOf("remove", "RemoveFacility", {
  organization_id: fields.organizationId,
  facility_id: fields.unitId("facility"),
  reason: fields.reason,
  transfer_children_to: ["transfer-to", "The facility that its parts become parts of"],
  promote_children: "Its parts move up to what it was part of"
}, {
  description: "Remove a facility. There is no way back",
  examples: [["facility remove 0198c0de-… 0198c0de-… --reason \"Lease ended\" --promote-children", "Keep its parts"]]
})
