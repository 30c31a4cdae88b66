import { assert, describe, it } from "@effect/vitest"
import { HashMap } from "effect"
import { FacilityId } from "../src/Identifiers.ts"
import { errorKinds } from "../src/OrganizationError.ts"
import {
  at,
  campus,
  changes,
  command,
  created,
  event,
  facility,
  floor,
  given,
  happened,
  noon,
  tower,
  unknown,
  update,
  updated,
  within
} from "./examples.ts"

const here = at(noon)
const inside = (parent_facility_id: string) => ({ parent_facility_id })
const removed = (facility_id: string) => event("FacilityRemoved", { facility_id, reparented: null })
const closed = (facility_id: string) => updated("FacilityUpdated", { facility_id }, { status: "Closed" })
const notFound = errorKinds.FacilityNotFound.make({ facility_id: unknown })
const gone = (id: string) => errorKinds.EntityRetired.make({ kind: "Facility", id, status: "Removed" })
const shut = (id: string) => errorKinds.EntityRetired.make({ kind: "Facility", id, status: "Closed" })

describe("CreateFacility", () => {
  const create = (fields = {}) => command("CreateFacility", fields)
  const made = (fields = {}) => happened("FacilityCreated", fields)
  it("creates a facility", () => given(created).when(create(), here).isAccepted(made()))
  it("creates one inside another", () =>
    given(created, facility(tower)).when(create(inside(tower)), here).isAccepted(made(inside(tower))))
  it("refuses an id that was used", () => {
    const exists = errorKinds.EntityAlreadyExists.make({ kind: "Facility", id: campus })
    given(created, facility(campus)).when(create(), here).isRejected(exists)
    given(created, facility(campus), removed(campus)).when(create(), here).isRejected(exists)
  })
  it("refuses an unknown, a removed and a closed one around it", () => {
    given(created).when(create(inside(unknown)), here).isRejected(notFound)
    given(created, facility(tower), removed(tower)).when(create(inside(tower)), here).isRejected(gone(tower))
    given(created, facility(tower), closed(tower)).when(create(inside(tower)), here).isRejected(shut(tower))
  })
  it("refuses a code that is taken, in whatever case, and accepts that of a removed one", () => {
    given(created, facility(tower, { code: "hq-001" })).when(create(), here)
      .isRejected(errorKinds.CodeAlreadyInUse.make({ kind: "Facility", code: "HQ-001", held_by: tower }))
    given(created, facility(tower, { code: "hq-001" }), removed(tower)).when(create(), here).isAccepted(made())
  })
  it("has a code that follows from its name when it is given none", () =>
    given(created, facility(tower, { code: "main-hall" })).when(create({ name: "Main Hall", code: null }), here)
      .isAccepted(made({ name: "Main Hall", code: "Main-Hall-2" })))
  it("refuses a level too many", () =>
    given(created, facility(tower), facility(floor, inside(tower))).when(create(inside(floor)), within({ depth: 2 }))
      .isRejected(errorKinds.LimitExceeded.make({ limit: "facility_depth", max: 2, actual: 3 })))
  it("refuses a facility too many, not counting removed ones", () => {
    given(created, facility(tower)).when(create(), within({ unitsPerKind: 1 }))
      .isRejected(errorKinds.LimitExceeded.make({ limit: "facilities", max: 1, actual: 2 }))
    given(created, facility(tower), removed(tower)).when(create(), within({ unitsPerKind: 1 })).isAccepted(made())
  })
  it("answers a repetition as one", () => given(created, made()).when(create(), here).isDuplicate())
})

describe("UpdateFacility", () => {
  const change = (fields = {}, facility_id = campus) => update("UpdateFacility", { facility_id }, fields)
  const changed = (fields = {}) => happened("FacilityUpdated", changes("FacilityUpdated", fields))
  const some = [created, facility(campus), facility(tower)]
  it("records the fields that differ and no others", () =>
    given(...some).when(change({ name: "Headquarters", capacity: 650, facility_type: "Office" }), here)
      .isAccepted(changed({ capacity: 650, facility_type: "Office" })))
  it("empties what has a value", () =>
    given(...some).when(change({ clear: ["capacity", "description", "parent_facility_id"] }), here)
      .isAccepted(changed({ cleared: ["capacity"] })))
  it("records nothing when nothing differs", () =>
    given(...some).when(change({ code: "F-f01", status: "Active" }), here).changesNothing())
  it("changes status freely, also out of closure", () => {
    for (const status of ["UnderConstruction", "Renovating", "Inactive", "Closed"]) {
      given(...some).when(change({ status }), here).isAccepted(changed({ status }))
    }
    given(...some, closed(campus)).when(change({ status: "Active" }), here).isAccepted(changed({ status: "Active" }))
  })
  it("moves inside another one", () =>
    given(...some).when(change(inside(tower)), here).isAccepted(changed(inside(tower))))
  it("stays inside one that has closed since", () =>
    given(created, facility(tower), facility(campus, inside(tower)), closed(tower))
      .when(change({ ...inside(tower), capacity: 1 }), here).isAccepted(changed({ capacity: 1 })))
  it("refuses to move inside an unknown, a removed or a closed one", () => {
    given(...some).when(change(inside(unknown)), here).isRejected(notFound)
    given(...some, removed(tower)).when(change(inside(tower)), here).isRejected(gone(tower))
    given(...some, closed(tower)).when(change(inside(tower)), here).isRejected(shut(tower))
  })
  it("refuses to move inside itself", () =>
    given(...some).when(change(inside(campus)), here)
      .isRejected(errorKinds.CircularReference.make({ kind: "Facility", path: [campus, campus] })))
  it("refuses to move inside what is inside", () =>
    given(...some, facility(floor, inside(campus))).when(change(inside(floor)), here)
      .isRejected(errorKinds.CircularReference.make({ kind: "Facility", path: [campus, floor, campus] })))
  it("refuses to take what is inside too deep", () =>
    given(...some, facility(floor, inside(campus))).when(change(inside(tower)), within({ depth: 2 }))
      .isRejected(errorKinds.LimitExceeded.make({ limit: "facility_depth", max: 2, actual: 3 })))
  it("refuses a code that is taken, but not its own in another case", () => {
    given(...some).when(change({ code: "f-f02" }), here)
      .isRejected(errorKinds.CodeAlreadyInUse.make({ kind: "Facility", code: "f-f02", held_by: tower }))
    given(...some).when(change({ code: "f-f01" }), here).isAccepted(changed({ code: "f-f01" }))
  })
  it("refuses unknown and removed facilities", () => {
    given(...some).when(change({}, unknown), here).isRejected(notFound)
    given(...some, removed(campus)).when(change(), here).isRejected(gone(campus))
  })
  it("answers a repetition as one", () =>
    given(...some, changed({ capacity: 1 })).when(change({ capacity: 1 }), here).isDuplicate())
})

describe("RemoveFacility", () => {
  const remove = (transfer_children_to: string | null, promote_children = false, facility_id = tower) =>
    command("RemoveFacility", { facility_id, transfer_children_to, promote_children })
  const lost = (to: string | null, facility_ids: ReadonlyArray<string>) =>
    happened("FacilityRemoved", { facility_id: tower, reparented: { facility_ids, to } })
  const nested = [created, facility(campus), facility(tower, inside(campus)), facility(floor, inside(tower))]
  const around = (events: typeof nested) =>
    HashMap.getUnsafe(given(...events).state.facilities, FacilityId.make(floor)).parent_facility_id as string | null
  it("removes a facility with nothing inside", () =>
    given(created, facility(tower)).when(remove(null), here).isAccepted(lost(null, [])))
  it("moves what is inside to where the facility was", () => {
    given(...nested).when(remove(null, true), here).isAccepted(lost(campus, [floor]))
    assert.strictEqual(around([...nested, lost(campus, [floor])]), campus)
  })
  it("moves it out of everything when the facility was inside nothing", () => {
    const flat = [created, facility(tower), facility(floor, inside(tower))]
    given(...flat).when(remove(null, true), here).isAccepted(lost(null, [floor]))
    assert.isNull(around([...flat, lost(null, [floor])]))
  })
  it("moves it where the command says", () => {
    const more = [...nested, facility(unknown)]
    given(...more).when(remove(unknown), here).isAccepted(lost(unknown, [floor]))
    assert.strictEqual(around([...more, lost(unknown, [floor])]), unknown)
  })
  it("refuses to leave anything inside", () =>
    given(...nested).when(remove(null), here).isRejected(errorKinds.FacilityNotEmpty.make({ children: [floor] })))
  it("refuses itself as target", () =>
    given(...nested).when(remove(tower), here)
      .isRejected(errorKinds.InvalidTransferTarget.make({ target: tower, why: "it is the facility itself" })))
  it("refuses a target inside it", () =>
    given(...nested).when(remove(floor), here)
      .isRejected(errorKinds.InvalidTransferTarget.make({ target: floor, why: "it is inside the facility" })))
  it("refuses a closed target", () =>
    given(...nested, closed(campus)).when(remove(campus), here)
      .isRejected(errorKinds.InvalidTransferTarget.make({ target: campus, why: "it is closed" })))
  it("refuses a target where it gets too deep", () => {
    const { when } = given(created, facility(tower), facility(floor, inside(tower)), facility(campus))
    when(remove(campus), within({ depth: 1 }))
      .isRejected(errorKinds.LimitExceeded.make({ limit: "facility_depth", max: 1, actual: 2 }))
    when(remove(campus), within({ depth: 2 })).isAccepted(lost(campus, [floor]))
  })
  it("refuses unknown and removed facilities", () => {
    const { when } = given(...nested, removed(tower))
    when(remove(null, false, unknown), here).isRejected(notFound)
    when(remove(null), here).isRejected(gone(tower))
    when(remove(tower, false, floor), here).isRejected(gone(tower))
  })
  it("answers a repetition as one", () =>
    given(created, facility(tower), lost(null, [])).when(remove(null), here).isDuplicate())
})
