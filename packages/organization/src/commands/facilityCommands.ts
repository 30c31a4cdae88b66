import * as Command from "@cim-domain/commands/Command"
import { clearable, noFieldBothSetAndCleared } from "@cim-domain/commands/fields/clearable"
import { entityId } from "@cim-domain/commands/fields/Identifier"
import { defaulted, nullable } from "@cim-domain/commands/fields/nullable"
import { Code, Description, Name, Reason } from "@cim-domain/commands/fields/Text"
import { Schema } from "effect"
import { FacilityId, OrganizationId } from "../Identifiers.ts"
import { FacilityStatus, FacilityType } from "../values/FacilityStatus.ts"
import { Capacity } from "../values/quantities.ts"

const oneFateForChildren = Schema.makeFilter(
  (removal: { readonly transfer_children_to: string | null; readonly promote_children: boolean }) =>
    removal.transfer_children_to === null || !removal.promote_children ||
    { path: ["promote_children"], issue: "Expected either `transfer_children_to` or `promote_children`, not both" }
)

/** The commands about facilities. */
export const facilityCommands = {
  CreateFacility: Command.make({
    organization_id: entityId(OrganizationId),
    name: Name,
    code: Code,
    facility_type: FacilityType,
    description: nullable(Description),
    capacity: nullable(Capacity),
    parent_facility_id: nullable(entityId(FacilityId)),
    facility_id: entityId(FacilityId)
  }, { creates: "facility_id" }),
  UpdateFacility: Command.make({
    facility_id: entityId(FacilityId),
    organization_id: entityId(OrganizationId),
    name: nullable(Name),
    code: nullable(Code),
    description: nullable(Description),
    capacity: nullable(Capacity),
    status: nullable(FacilityStatus),
    parent_facility_id: nullable(entityId(FacilityId)),
    facility_type: nullable(FacilityType),
    clear: clearable(["description", "capacity", "parent_facility_id"])
  }, { checks: [noFieldBothSetAndCleared] }),
  RemoveFacility: Command.make({
    facility_id: entityId(FacilityId),
    organization_id: entityId(OrganizationId),
    reason: Reason,
    transfer_children_to: nullable(entityId(FacilityId)),
    promote_children: defaulted(Schema.Boolean, false)
  }, { checks: [oneFateForChildren] })
}
