import { assert, describe, it } from "@effect/vitest"
import { HashMap } from "effect"
import { DepartmentId, FacilityId, RoleId, TeamId } from "../src/Identifiers.ts"
import type { OrganizationEvent } from "../src/OrganizationEvent.ts"
import { organizationStateCodec } from "../src/protocol.ts"
import {
  backend,
  campus,
  created,
  department,
  engineer,
  engineering,
  event,
  facility,
  given,
  intern,
  lead,
  platform,
  role,
  team,
  tower,
  unknown,
  updated
} from "./examples.ts"

const after = (...events: ReadonlyArray<OrganizationEvent>) => given(created, ...events).state
const departmentAfter = (id: string, ...events: ReadonlyArray<OrganizationEvent>) =>
  HashMap.getUnsafe(after(...events).departments, DepartmentId.make(id))
const teamAfter = (id: string, ...events: ReadonlyArray<OrganizationEvent>) =>
  HashMap.getUnsafe(after(...events).teams, TeamId.make(id))
const roleAfter = (id: string, ...events: ReadonlyArray<OrganizationEvent>) =>
  HashMap.getUnsafe(after(...events).roles, RoleId.make(id))

describe("the time of an organization", () => {
  it("never goes back, whatever an event says", () => {
    const late = department(engineering, { occurred_at: "2030-01-01T00:00:00.000Z" })
    const early = department(platform, { occurred_at: "2001-01-01T00:00:00.000Z" })
    assert.strictEqual(after(late, early).updated_at, "2030-01-01T00:00:00.000Z")
    assert.strictEqual(after(early).updated_at, given(created).state.updated_at)
  })
})

describe("events about units that do not fit", () => {
  it("change nothing but the version", () => {
    const units = [
      department(engineering),
      team(backend),
      role(lead),
      facility(campus),
      event("DepartmentDissolved", { department_id: platform, transfer_to: null })
    ]
    const before = after(...units)
    const misfits = [
      ...units,
      updated("DepartmentUpdated", { department_id: unknown }, { name: "X" }),
      updated("TeamUpdated", { team_id: unknown }, { name: "X" }),
      updated("RoleUpdated", { role_id: unknown }, { title: "X" }),
      updated("FacilityUpdated", { facility_id: unknown }, { name: "X" })
    ]
    for (const misfit of misfits) {
      const { anomalies, ...state } = after(...units, misfit)
      assert.strictEqual(anomalies.count, before.anomalies.count + 1)
      assert.deepStrictEqual({ ...state, version: before.version, anomalies: before.anomalies }, before)
    }
  })
  it("create without the references that do not fit", () => {
    const state = after(
      department(engineering, { parent_department_id: unknown }),
      team(backend, { department_id: unknown }),
      role(lead, { department_id: engineering, team_id: unknown, reports_to: lead }),
      facility(campus, { parent_facility_id: campus })
    )
    assert.deepInclude(HashMap.getUnsafe(state.roles, RoleId.make(lead)), {
      department_id: engineering,
      team_id: null,
      reports_to: null
    } as object)
    assert.deepStrictEqual(state.anomalies.last.map(({ why }) => why), [
      `parent_department_id ${unknown} does not fit`,
      `department_id ${unknown} does not fit`,
      `team_id ${unknown} does not fit; reports_to ${lead} does not fit`,
      `parent_facility_id ${campus} does not fit`
    ])
  })
  it("update without the references that do not fit, and with all else", () => {
    const history = [
      role(lead),
      role(engineer, { reports_to: lead }),
      updated("RoleUpdated", { role_id: lead }, { title: "Chief", reports_to: engineer, status: "Deprecated" })
    ]
    assert.deepInclude(roleAfter(lead, ...history), { title: "Chief", reports_to: null, status: "Active" })
    assert.deepStrictEqual(after(...history).anomalies.last.map(({ why }) => why), [
      `reports_to ${engineer} does not fit; status Deprecated is not for an update`
    ])
  })
  it("move nothing below itself", () => {
    const history = [department(engineering), department(platform, { parent_department_id: engineering })]
    const moved = event("DepartmentRestructured", { department_id: engineering, new_parent_id: platform })
    assert.isNull(departmentAfter(engineering, ...history, moved).parent_department_id)
    const inside = facility(tower, { parent_facility_id: campus })
    const turned = updated("FacilityUpdated", { facility_id: campus }, { parent_facility_id: tower })
    const { facilities } = after(facility(campus), inside, turned)
    assert.isNull(HashMap.getUnsafe(facilities, FacilityId.make(campus)).parent_facility_id)
  })
  it("move to the top level what they say goes there", () => {
    const { anomalies, facilities } = after(
      facility(campus),
      facility(tower, { parent_facility_id: campus }),
      facility(unknown, { parent_facility_id: tower }),
      event("FacilityRemoved", { facility_id: tower, reparented: { facility_ids: [unknown], to: null } })
    )
    assert.isNull(HashMap.getUnsafe(facilities, FacilityId.make(unknown)).parent_facility_id)
    assert.strictEqual(anomalies.count, 0)
  })
  it("move what is there, and say so when their lists say something else", () => {
    const history = [
      department(engineering),
      department(platform),
      role(lead, { department_id: engineering }),
      event("DepartmentDissolved", {
        department_id: engineering,
        transfer_to: platform,
        transferred: { department_ids: [], team_ids: [], role_ids: [engineer] }
      })
    ]
    assert.strictEqual(roleAfter(lead, ...history).department_id as string, platform)
    assert.deepStrictEqual(after(...history).anomalies.last.map(({ why }) => why), ["role_ids is not what moved"])
  })
})

describe("effects that the first version did not record", () => {
  it("of a dissolved department: to the target, else to the parent", () => {
    const history = [
      department(platform),
      department(engineering, { parent_department_id: platform }),
      team(backend, { department_id: engineering })
    ]
    for (const transfer_to of [null, unknown, engineering]) {
      const gone = event("DepartmentDissolved", { department_id: engineering, transfer_to, transferred: null })
      assert.strictEqual(teamAfter(backend, ...history, gone).department_id as string, platform)
    }
  })
  it("of a deprecated role: to the replacement, else reports to the manager, and no head or lead", () => {
    const history = [
      role(intern),
      role(lead, { reports_to: intern }),
      role(engineer, { reports_to: lead }),
      department(engineering),
      updated("DepartmentUpdated", { department_id: engineering }, { head_role_id: lead })
    ]
    for (const replacement_role_id of [null, unknown, lead]) {
      const gone = event("RoleDeprecated", { role_id: lead, replacement_role_id, repointed: null })
      assert.strictEqual(roleAfter(engineer, ...history, gone).reports_to as string, intern)
      assert.isNull(departmentAfter(engineering, ...history, gone).head_role_id)
    }
  })
  it("of a removed facility: to where it was", () => {
    const gone = event("FacilityRemoved", { facility_id: tower, reparented: null })
    const { facilities } = after(
      facility(campus),
      facility(tower, { parent_facility_id: campus }),
      facility(unknown, { parent_facility_id: tower }),
      gone
    )
    assert.strictEqual(HashMap.getUnsafe(facilities, FacilityId.make(unknown)).parent_facility_id as string, campus)
  })
})

describe("a stored state", () => {
  it("in which units stand in a circle is refused", () => {
    const text = organizationStateCodec.encode(after(department(engineering), department(platform)))
    const circle = JSON.parse(text)
    circle.departments[0].parent_department_id = platform
    circle.departments[1].parent_department_id = engineering
    assert.strictEqual(organizationStateCodec.decode(text)._tag, "Success")
    assert.deepInclude(organizationStateCodec.decode(JSON.stringify(circle)), {
      _tag: "Failure",
      failure: "the units stand in a circle"
    } as object)
  })
})
