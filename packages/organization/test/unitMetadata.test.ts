import { assert, describe, it } from "@effect/vitest"
import { HashMap } from "effect"
import type { CommandType } from "../src/OrganizationCommand.ts"
import type { EventType, OrganizationEvent } from "../src/OrganizationEvent.ts"
import { unitsById } from "../src/units/Units.ts"
import {
  at,
  backend,
  campus,
  changes,
  command,
  created,
  department,
  engineer,
  engineering,
  event,
  facility,
  given,
  happened,
  noon,
  role,
  team,
  update
} from "./examples.ts"
import { golden } from "./golden.ts"
import { refused, sent, subjectFor } from "./send.ts"

const here = at(noon)
const facts = { external_id: "X-1", fte: 0.5, grade: null, place: { city: "Köln" } }
/** Places that the golden messages name and that are not there. */
const free = {
  Department: {},
  Team: { department_id: null },
  Role: { department_id: null, team_id: null, reports_to: null },
  Facility: {}
}

const kinds = [
  ["Department", "department_id", engineering, "DepartmentCreated", department],
  ["Team", "team_id", backend, "TeamFormed", team],
  ["Role", "role_id", engineer, "RoleCreated", role],
  ["Facility", "facility_id", campus, "FacilityCreated", facility]
] as const

describe.each(kinds)("metadata of a %s", (kind, field, id, createdType, unit) => {
  const create = `Create${kind}` as CommandType
  const updateType = `Update${kind}` as CommandType
  const updatedType = `${kind}Updated` as EventType
  const metadataAfter = (...events: ReadonlyArray<OrganizationEvent>) =>
    HashMap.getUnsafe(unitsById(given(...events).state, kind), id).metadata

  it("are kept from the creation on", () => {
    const made = happened(createdType, { ...free[kind], metadata: facts })
    given(created).when(command(create, { ...free[kind], metadata: facts }), here).isAccepted(made)
    assert.deepStrictEqual(metadataAfter(created, made), facts)
  })
  it("are none unless there are some", () => {
    const { metadata: _, ...without } = JSON.parse(golden("commands").find((line) => line.includes(`"${create}"`))!)
    for (const body of [without, { ...without, metadata: null }]) {
      assert.deepInclude(sent(body, { subject: subjectFor(create) }).command, { metadata: {} } as object)
    }
    const { metadata: __, ...stored } = JSON.parse(golden("events").find((line) => line.includes(`"${createdType}"`))!)
    assert.deepStrictEqual(
      metadataAfter(created, event(createdType, { ...stored, ...free[kind], metadata: undefined })),
      {}
    )
  })
  it("are replaced as a whole, and only when they differ", () => {
    const { when } = given(created, unit(id, { metadata: facts }))
    const change = (metadata: unknown) => update(updateType, { [field]: id }, { metadata })
    const changed = (metadata: object) => happened(updatedType, { [field]: id, ...changes(updatedType, { metadata }) })
    when(change({ fte: 1 }), here).isAccepted(changed({ fte: 1 }))
    when(change({}), here).isAccepted(changed({}))
    when(change(null), here).changesNothing()
    when(change(Object.fromEntries(Object.entries(facts).toReversed())), here).changesNothing()
    assert.deepStrictEqual(metadataAfter(created, unit(id, { metadata: facts }), changed({ fte: 1 })), { fte: 1 })
  })
  it("take 8 KiB at most, and no hostile keys", () => {
    const body = JSON.parse(golden("commands").find((line) => line.includes(`"${create}"`))!)
    const subject = subjectFor(create)
    const frame = JSON.stringify({ a: "" }).length
    const letters = "x".repeat(8 * 1024 - frame)
    const wide = "é".repeat((8 * 1024 - frame) / 2)
    for (const a of [letters, wide]) sent({ ...body, metadata: { a } }, { subject })
    for (const metadata of [{ a: `${letters}x` }, { a: `${wide}x` }, { prototype: 1 }, [], "x"]) {
      const { error } = refused({ ...body, metadata }, { subject })
      assert.deepStrictEqual(error._tag === "ValidationFailed" && error.details.issues.map(({ path }) => path), [
        "metadata"
      ])
    }
  })
})
