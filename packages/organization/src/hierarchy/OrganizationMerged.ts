import { choice } from "@cim-domain/commands/fields/choice"
import { entityId } from "@cim-domain/commands/fields/Identifier"
import { defaulted } from "@cim-domain/commands/fields/nullable"
import { timestamp } from "@cim-domain/commands/fields/Timestamp"
import { Unfit } from "@cim-domain/commands/history/Evolved"
import { HashMap } from "effect"
import { adding } from "../definition/adding.ts"
import { organizationEvent } from "../definition/organizationEvent.ts"
import { OrganizationId } from "../Identifiers.ts"
import { growth } from "../limits/bytesOf.ts"
import { isTerminal } from "../organization/organizationFields.ts"
import { MergerType } from "./MergerType.ts"

/** Which of the two histories the event of a merger is in. */
export interface Merged {
  readonly recorded_on: "merged" | "surviving"
  readonly merged_organization_id: string
  readonly surviving_organization_id: string
}

/**
 * Two organizations merged, as either of them records it. It ends the merged one. The surviving one only remembers it, in
 * whatever status it is by then, because the merger is a fact already.
 */
export const OrganizationMerged = organizationEvent({
  surviving_organization_id: entityId(OrganizationId),
  merged_organization_id: entityId(OrganizationId),
  merger_type: MergerType,
  effective_date: timestamp,
  occurred_at: timestamp,
  recorded_on: defaulted(choice(["merged", "surviving"]), "surviving")
}, {
  token: "merged",
  addressee: (event: Merged) =>
    event.recorded_on === "merged" ? event.merged_organization_id : event.surviving_organization_id,
  causedBy: ["MergeOrganizations"],
  upcast: { 1: adding({ recorded_on: "surviving" }) }
}, (state, event) => {
  const { absorbed, organization } = state
  const { effective_date, merged_organization_id, merger_type, recorded_on, surviving_organization_id } = event
  if (merged_organization_id === surviving_organization_id) {
    return new Unfit("an organization cannot merge with itself")
  }
  if (recorded_on === "surviving") {
    const merger = { organization_id: merged_organization_id, merger_type, effective_date }
    return HashMap.has(absorbed, merged_organization_id) ? new Unfit("the merger is recorded already") : {
      ...state,
      absorbed: HashMap.set(absorbed, merged_organization_id, merger),
      bytes: state.bytes + growth(undefined, merger)
    }
  }
  if (organization === null) return new Unfit("the organization does not exist")
  if (isTerminal(organization.status)) return new Unfit(`the organization is ${organization.status}`)
  return {
    ...state,
    organization: { ...organization, status: "Merged", status_reason: null },
    merged_into: { organization_id: surviving_organization_id, merger_type, effective_date }
  }
})
