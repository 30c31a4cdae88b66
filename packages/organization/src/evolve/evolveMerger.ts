import { HashMap } from "effect"
import type { EventOf } from "../OrganizationEvent.ts"
import type { OrganizationState } from "../OrganizationState.ts"
import { growth } from "../state/bytesOf.ts"
import { isTerminal } from "../values/OrganizationStatus.ts"
import { applied, type EventEffect } from "./EventEffect.ts"

/**
 * What a merger does to either party. It ends the merged one. The surviving one only remembers it, in whatever status it
 * is by then, because the merger is a fact already.
 */
export const evolveMerger = (
  state: OrganizationState,
  event: EventOf<"OrganizationMerged">
): EventEffect<OrganizationState> => {
  const { absorbed, organization } = state
  const { effective_date, merged_organization_id, merger_type, recorded_on, surviving_organization_id } = event
  if (merged_organization_id === surviving_organization_id) return "an organization cannot merge with itself"
  if (recorded_on === "surviving") {
    const merger = { organization_id: merged_organization_id, merger_type, effective_date }
    return HashMap.has(absorbed, merged_organization_id) ? "the merger is recorded already" : applied({
      ...state,
      absorbed: HashMap.set(absorbed, merged_organization_id, merger),
      bytes: state.bytes + growth(undefined, merger)
    })
  }
  if (organization === null) return "the organization does not exist"
  if (isTerminal(organization.status)) return `the organization is ${organization.status}`
  return applied({
    ...state,
    organization: { ...organization, status: "Merged", status_reason: null },
    merged_into: { organization_id: surviving_organization_id, merger_type, effective_date }
  })
}
