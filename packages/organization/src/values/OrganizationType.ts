import { choiceOrOther } from "@cim-domain/commands/fields/choice"
import { Label } from "@cim-domain/commands/fields/Text"
import { Schema } from "effect"

const names = [
  "Corporation",
  "NonProfit",
  "Government",
  "Partnership",
  "SoleProprietorship",
  "Cooperative",
  "LLC"
] as const

/** The legal form of an organization: one of the names, or `{"Other": "<label>"}`. */
export const OrganizationType = choiceOrOther(names, Label)
export type OrganizationType = typeof OrganizationType.Type

/** As {@link OrganizationType} in stored events, where the label may be any string. */
export const StoredOrganizationType = choiceOrOther(names, Schema.String)
