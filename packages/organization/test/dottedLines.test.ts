import { assert, describe, it } from "@effect/vitest"
import { HashMap } from "effect"
import { RoleId } from "../src/Identifiers.ts"
import { errorKinds } from "../src/OrganizationError.ts"
import type { OrganizationEvent } from "../src/OrganizationEvent.ts"
import {
  at,
  changes,
  command,
  created,
  engineer,
  event,
  given,
  happened,
  intern,
  lead,
  noon,
  role,
  unknown,
  update,
  updated,
  uuid
} from "./examples.ts"
import { golden } from "./golden.ts"
import { refused, sent, subjectFor } from "./send.ts"

const here = at(noon)
const [chief, other] = [uuid("a08"), uuid("a09")]
const notFound = errorKinds.RoleNotFound.make({ role_id: unknown })
const free = { department_id: null, team_id: null, reports_to: null }
const gone = (role_id: string, fields = {}) =>
  event("RoleDeprecated", { role_id, replacement_role_id: null, repointed: null, ...fields })
const dotted = (...dotted_line_to: ReadonlyArray<string>) => ({ dotted_line_to: dotted_line_to.map((id) => ({ id })) })
const lineOf = (role_id: string, ...events: ReadonlyArray<OrganizationEvent>) =>
  HashMap.getUnsafe(given(...events).state.roles, RoleId.make(role_id)).dotted_line_to as ReadonlyArray<string>

describe("a dotted line", () => {
  const create = (fields = {}) => command("CreateRole", { ...free, ...fields })
  const made = (fields = {}) => happened("RoleCreated", { ...free, ...fields })
  const change = (fields = {}) => update("UpdateRole", { role_id: engineer }, fields)
  const changed = (fields = {}) => happened("RoleUpdated", changes("RoleUpdated", fields))
  const some = [created, role(lead), role(chief), role(engineer, dotted(lead))]

  it("leads to other live roles, in the order they are given", () => {
    given(created, role(lead), role(chief)).when(create(dotted(chief, lead)), here).isAccepted(
      made(dotted(chief, lead))
    )
    given(...some).when(change({ dotted_line_to: [chief, lead] }), here).isAccepted(changed(dotted(chief, lead)))
    given(...some).when(change({ dotted_line_to: [] }), here).isAccepted(changed(dotted()))
    given(...some).when(change({ dotted_line_to: [lead, { value: lead }] }), here).changesNothing()
  })
  it("may stand beside the tree in any way", () => {
    const under = [created, role(lead, dotted(chief)), role(chief), role(engineer, { reports_to: lead })]
    given(...under).when(change({ dotted_line_to: [lead] }), here).isAccepted(changed(dotted(lead)))
    given(...under).when(update("UpdateRole", { role_id: chief }, { dotted_line_to: [lead] }), here)
      .isAccepted(happened("RoleUpdated", { role_id: chief, ...changes("RoleUpdated", dotted(lead)) }))
  })
  it("leads to no unknown, retired role, nor to the role itself", () => {
    given(created, role(lead)).when(create(dotted(lead, unknown)), here).isRejected(notFound)
    given(created).when(create(dotted(engineer)), here)
      .isRejected(errorKinds.RoleNotFound.make({ role_id: engineer }))
    given(...some).when(change(dotted(unknown)), here).isRejected(notFound)
    given(...some, gone(chief)).when(change(dotted(chief)), here)
      .isRejected(errorKinds.EntityRetired.make({ kind: "Role", id: chief, status: "Deprecated" }))
    given(...some).when(change(dotted(lead, engineer)), here)
      .isRejected(errorKinds.CircularReference.make({ kind: "Role", path: [engineer, engineer] }))
  })
  it("leads to ten roles at most, repeated ones counted once", () => {
    const body = JSON.parse(golden("commands").find((line) => line.includes("\"CreateRole\""))!)
    const ids = Array.from({ length: 11 }, (_, index) => uuid(`b${String(index).padStart(2, "0")}`))
    const subject = subjectFor("CreateRole")
    const ten = [...ids.slice(0, 10), ...ids.slice(0, 10)]
    assert.deepInclude(sent({ ...body, dotted_line_to: ten }, { subject }).command, {
      dotted_line_to: ids.slice(0, 10)
    } as object)
    const issueOf = (dotted_line_to: unknown) => {
      const { error } = refused({ ...body, dotted_line_to }, { subject })
      return error._tag === "ValidationFailed" ? error.details.issues.map(({ path }) => path) : []
    }
    assert.deepStrictEqual(issueOf(ids), ["dotted_line_to"])
    assert.deepStrictEqual(issueOf(Array.from({ length: 101 }, () => lead)), ["dotted_line_to"])
    assert.deepStrictEqual(issueOf([lead, 7]), ["dotted_line_to[1]"])
  })
})

describe("dotted lines to a role that is deprecated", () => {
  const deprecate = (replacement_role_id: string | null) =>
    command("DeprecateRole", { role_id: lead, replacement_role_id })
  const nothing = { report_role_ids: [], replacement_reports_to: null, headed_department_ids: [], led_team_ids: [] }
  const repointed = (replacement_role_id: string | null, ...dotted_role_ids: ReadonlyArray<string>) =>
    happened("RoleDeprecated", { role_id: lead, replacement_role_id, repointed: { ...nothing, dotted_role_ids } })
  const all = [
    created,
    role(lead),
    role(chief),
    role(engineer, dotted(chief, lead)),
    role(intern, dotted(lead)),
    role(other, dotted(chief)),
    updated("RoleUpdated", { role_id: chief }, dotted(lead, other))
  ]
  it("end without a replacement, and need none", () => {
    const event = repointed(null, engineer, intern, chief)
    given(...all).when(deprecate(null), here).isAccepted(event)
    assert.deepStrictEqual([engineer, intern, other, chief].map((id) => lineOf(id, ...all, event)), [
      [chief],
      [],
      [chief],
      [other]
    ])
  })
  it("lead to the replacement, once, and never from itself", () => {
    const event = repointed(chief, engineer, intern, chief)
    given(...all).when(deprecate(chief), here).isAccepted(event)
    assert.deepStrictEqual([engineer, intern, other, chief].map((id) => lineOf(id, ...all, event)), [
      [chief],
      [chief],
      [chief],
      [other]
    ])
    assert.deepStrictEqual(lineOf(engineer, ...all, repointed(other, engineer, intern, chief)), [chief, other])
  })
  it("are found by rule where the event says nothing of them", () => {
    const { state } = given(...all, gone(lead, { replacement_role_id: other }))
    assert.deepStrictEqual(
      [engineer, intern, chief].map((id) => HashMap.getUnsafe(state.roles, RoleId.make(id)).dotted_line_to as unknown),
      [[chief, other], [other], [other]]
    )
    assert.strictEqual(state.anomalies.count, 0)
  })
  it("of retired roles stay what they were", () => {
    assert.deepStrictEqual(lineOf(intern, ...all, gone(intern), gone(lead)), [lead])
  })
})

describe("an event of others", () => {
  it("keeps of a dotted line what is there, and says that there was more", () => {
    const { state } = given(
      created,
      role(lead),
      role(engineer, dotted(lead, unknown, engineer, lead)),
      updated("RoleUpdated", { role_id: lead }, dotted(lead, engineer, unknown))
    )
    assert.deepStrictEqual(HashMap.getUnsafe(state.roles, RoleId.make(engineer)).dotted_line_to, [RoleId.make(lead)])
    assert.deepStrictEqual(HashMap.getUnsafe(state.roles, RoleId.make(lead)).dotted_line_to, [RoleId.make(engineer)])
    assert.deepStrictEqual(state.anomalies.last.map(({ why }) => why), [
      "3 of dotted_line_to do not fit",
      "2 of dotted_line_to do not fit"
    ])
  })
})
