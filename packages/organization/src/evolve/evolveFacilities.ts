import type { EventOf } from "../OrganizationEvent.ts"
import type { Facility } from "../state/Facility.ts"
import { childrenOf, isWithin } from "../state/Forest.ts"
import { putFacility, removeFacility } from "../state/putFacility.ts"
import { liveFacility, statusOfUnit, type Units } from "../state/Units.ts"
import { changedReference, fittingReference, withChanges, wrongList } from "./changes.ts"
import { applied, type EventEffect } from "./EventEffect.ts"

/** What an event about a facility does to the units. */
export const evolveFacilities = <State extends Units>(
  units: State,
  event: EventOf<"FacilityCreated" | "FacilityUpdated" | "FacilityRemoved">
): EventEffect<State> => {
  if (event.event_type === "FacilityCreated") return created(units, event)
  const facility = liveFacility(units, event.facility_id)
  if (facility === undefined) return "the facility is not there"
  return event.event_type === "FacilityUpdated" ? updated(units, facility, event) : removed(units, facility, event)
}

const created = <State extends Units>(units: State, event: EventOf<"FacilityCreated">): EventEffect<State> => {
  const { capacity, code, description, facility_id: id, facility_type, name, parent_facility_id } = event
  if (statusOfUnit(units, "Facility", id) !== undefined) return "the facility exists or existed already"
  const parent = fittingReference(
    "parent_facility_id",
    parent_facility_id,
    null,
    (id) => liveFacility(units, id) !== undefined
  )
  return applied(
    putFacility(units, {
      id,
      name,
      code,
      description,
      facility_type,
      capacity,
      parent_facility_id: parent.value,
      status: "Active"
    }),
    parent.ignored
  )
}

const updated = <State extends Units>(
  units: State,
  facility: Facility,
  { changes }: EventOf<"FacilityUpdated">
): EventEffect<State> => {
  const parent = changedReference(
    "parent_facility_id",
    changes,
    changes.parent_facility_id,
    facility.parent_facility_id,
    (id) => fitsAbove(units, id, facility)
  )
  return applied(
    putFacility(units, { ...withChanges(facility, changes), parent_facility_id: parent.value }),
    parent.ignored
  )
}

/** What was inside goes where the event says, in history that did not record it to where the facility was itself. */
const removed = <State extends Units>(
  units: State,
  facility: Facility,
  { reparented }: EventOf<"FacilityRemoved">
): EventEffect<State> => {
  const otherwise = facility.parent_facility_id
  const wanted = reparented === null ? otherwise : reparented.to
  const target = fittingReference("to", wanted, otherwise, (id) => fitsAbove(units, id, facility))
  const children = childrenOf(units.index.facilityForest, facility.id)
  let next = units
  for (const id of children) next = putFacility(next, { ...liveFacility(next, id)!, parent_facility_id: target.value })
  return applied(
    removeFacility(next, facility.id),
    target.ignored,
    wrongList("facility_ids", reparented?.facility_ids, children)
  )
}

const fitsAbove = (units: Units, id: Facility["id"], facility: Facility): boolean =>
  liveFacility(units, id) !== undefined && !isWithin(units.index.facilityForest, id, facility.id)
