import { choice, choiceOrOther } from "@cim-domain/commands/fields/choice"
import { quantity } from "@cim-domain/commands/fields/Quantity"
import { Label } from "@cim-domain/commands/fields/text"
import { Schema } from "effect"

/** Where a facility is in its life. A closed one still exists but takes no children. */
export const FacilityStatus = choice(["Active", "UnderConstruction", "Renovating", "Inactive", "Closed"])
export type FacilityStatus = typeof FacilityStatus.Type

const types = [
  "Headquarters",
  "Office",
  "Warehouse",
  "Factory",
  "RetailStore",
  "DataCenter",
  "Laboratory",
  "ServiceCenter"
] as const

/** What a facility is used for: one of the names, or `{"Other": "<label>"}`. */
export const FacilityType = choiceOrOther(types, Label)
export type FacilityType = typeof FacilityType.Type

/** As {@link FacilityType} in stored events, where the label may be any string. */
export const StoredFacilityType = choiceOrOther(types, Schema.String)

/** How many people a facility takes, 0 to 4 294 967 295. */
export const Capacity = quantity(0, 4_294_967_295)

/** The fields that an update may empty. */
export const clearableOfFacility = ["description", "capacity", "parent_facility_id"] as const
