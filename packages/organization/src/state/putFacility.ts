import { HashMap, HashSet } from "effect"
import type { FacilityId } from "../Identifiers.ts"
import { bytesOf, growth } from "./bytesOf.ts"
import type { Facility } from "./Facility.ts"
import { replant } from "./Forest.ts"
import { relink } from "./Relation.ts"
import { codeKeyOf } from "./UnitIndex.ts"
import { liveFacility, type Units } from "./Units.ts"

/** A new facility, or what a facility becomes next; the index follows. */
export const putFacility = <State extends Units>(units: State, next: Facility): State => ({
  ...units,
  facilities: HashMap.set(units.facilities, next.id, next),
  bytes: units.bytes + growth(liveFacility(units, next.id), next),
  index: facilityIndex(units, next.id, next)
})

/** Removes a facility for ever; its id stays taken. */
export const removeFacility = <State extends Units>(units: State, id: FacilityId): State => ({
  ...units,
  facilities: HashMap.remove(units.facilities, id),
  removed_facility_ids: HashSet.add(units.removed_facility_ids, id),
  bytes: units.bytes + growth(liveFacility(units, id), undefined) + bytesOf(id),
  index: facilityIndex(units, id, undefined)
})

const facilityIndex = (units: Units, id: FacilityId, after: Facility | undefined): Units["index"] => {
  const before = liveFacility(units, id)
  const { facilityCodes, facilityForest } = units.index
  const [from, to] = [before?.parent_facility_id ?? null, after?.parent_facility_id ?? null]
  return {
    ...units.index,
    facilityForest: replant(facilityForest, id, from, to),
    facilityCodes: relink(facilityCodes, id, codeKeyOf(before), codeKeyOf(after))
  }
}
