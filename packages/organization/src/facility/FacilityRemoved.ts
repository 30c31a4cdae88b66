import { entityId } from "@cim-domain/commands/fields/Identifier"
import { defaulted, nullable } from "@cim-domain/commands/fields/nullable"
import { timestamp } from "@cim-domain/commands/fields/Timestamp"
import { Unfit } from "@cim-domain/commands/history/Evolved"
import { HashMap, HashSet, Schema } from "effect"
import { adding } from "../definition/adding.ts"
import { applied, organizationEvent } from "../definition/organizationEvent.ts"
import { FacilityId, OrganizationId } from "../Identifiers.ts"
import { bytesOf, growth } from "../limits/bytesOf.ts"
import type { OrganizationState } from "../OrganizationState.ts"
import { fitsAbove, fittingReference, wrongList } from "../units/fitting.ts"
import { childrenOf } from "../units/Forest.ts"
import { putUnit, reindexed } from "../units/putUnit.ts"
import { unitKinds } from "../units/unitKinds.ts"
import { liveFacility } from "../units/Units.ts"

/**
 * A facility is gone for ever. What was inside goes where the event says, in history that did not record it to where the
 * facility was itself.
 */
export const FacilityRemoved = organizationEvent({
  facility_id: entityId(FacilityId),
  organization_id: entityId(OrganizationId),
  reason: Schema.String,
  occurred_at: timestamp,
  /** Where its children went; `null` in history that did not record it. */
  reparented: nullable(Schema.Struct({
    facility_ids: defaulted(Schema.Array(entityId(FacilityId)), []),
    to: nullable(entityId(FacilityId))
  }))
}, {
  causedBy: ["RemoveFacility"],
  upcast: { 1: adding({ reparented: null }) }
}, (state, { facility_id, reparented }) => {
  const facility = liveFacility(state, facility_id)
  if (facility === undefined) return new Unfit("the facility is not there")
  const otherwise = facility.parent_facility_id
  const wanted = reparented === null ? otherwise : reparented.to
  const target = fittingReference("to", wanted, otherwise, fitsAbove(state, "Facility", facility_id))
  const children = childrenOf(state.index.facilityForest, facility_id)
  let next = state
  for (const id of children) {
    next = putUnit(next, "Facility", { ...liveFacility(next, id)!, parent_facility_id: target.value })
  }
  return applied(
    without(next, facility_id),
    target.ignored,
    wrongList("facility_ids", reparented?.facility_ids, children)
  )
})

/** Its id stays taken. */
const without = (state: OrganizationState, id: FacilityId): OrganizationState => {
  const facility = liveFacility(state, id)
  return {
    ...state,
    facilities: HashMap.remove(state.facilities, id),
    removed_facility_ids: HashSet.add(state.removed_facility_ids, id),
    bytes: state.bytes + growth(facility, undefined) + bytesOf(id),
    index: reindexed(state.index, unitKinds.Facility.indexed, id, facility, undefined)
  }
}
