import { assert, describe, it } from "@effect/vitest"
import { HashMap } from "effect"
import { RoleId, TeamId } from "../src/Identifiers.ts"
import { errorKinds } from "../src/OrganizationError.ts"
import {
  at,
  backend,
  changes,
  command,
  created,
  department,
  engineer,
  engineering,
  event,
  frontend,
  given,
  happened,
  intern,
  lead,
  noon,
  platform,
  role,
  team,
  unknown,
  update,
  updated,
  within
} from "./examples.ts"

const here = at(noon)
const notFound = errorKinds.TeamNotFound.make({ team_id: unknown })
const disbanded = (team_id: string) =>
  event("TeamDisbanded", { team_id, members_transferred_to: null, transferred: { role_ids: [] } })
const retired = (id: string) => errorKinds.EntityRetired.make({ kind: "Team", id, status: "Disbanded" })
const dissolved = event("DepartmentDissolved", { department_id: platform, transfer_to: null, transferred: null })
const inPlatform = { department_id: platform }
const inEngineering = { department_id: engineering }

describe("CreateTeam", () => {
  const create = (fields = {}) => command("CreateTeam", { department_id: null, ...fields })
  const formed = (fields = {}) => happened("TeamFormed", { department_id: null, ...fields })
  it("forms a team", () => given(created).when(create(), here).isAccepted(formed()))
  it("forms it in a department", () =>
    given(created, department(platform)).when(create(inPlatform), here).isAccepted(formed(inPlatform)))
  it("forms it with a lead", () => {
    const led = formed({ lead_role_id: lead })
    given(created, role(lead)).when(create({ lead_role_id: lead }), here).isAccepted(led)
    const { lead_role_id } = HashMap.getUnsafe(given(created, role(lead), led).state.teams, TeamId.make(backend))
    assert.strictEqual(lead_role_id as string, lead)
    given(created).when(create({ lead_role_id: lead }), here)
      .isRejected(errorKinds.RoleNotFound.make({ role_id: lead }))
    const { anomalies, teams } = given(created, led).state
    assert.isNull(HashMap.getUnsafe(teams, TeamId.make(backend)).lead_role_id)
    assert.strictEqual(anomalies.count, 1)
  })
  it("accepts a name that another team has", () =>
    given(created, team(frontend)).when(create(), here).isAccepted(formed()))
  it("refuses an id that was used", () =>
    given(created, team(backend), disbanded(backend)).when(create(), here)
      .isRejected(errorKinds.EntityAlreadyExists.make({ kind: "Team", id: backend })))
  it("refuses an unknown department", () =>
    given(created).when(create({ department_id: unknown }), here)
      .isRejected(errorKinds.DepartmentNotFound.make({ department_id: unknown })))
  it("refuses a dissolved department", () =>
    given(created, department(platform), dissolved).when(create(inPlatform), here)
      .isRejected(errorKinds.EntityRetired.make({ kind: "Department", id: platform, status: "Dissolved" })))
  it("refuses a team too many, not counting disbanded ones", () => {
    const limits = within({ unitsPerKind: 1 })
    given(created, team(frontend)).when(create(), limits)
      .isRejected(errorKinds.LimitExceeded.make({ limit: "teams", max: 1, actual: 2 }))
    given(created, team(frontend), disbanded(frontend)).when(create(), limits).isAccepted(formed())
  })
  it("answers a repetition as one", () => given(created, formed()).when(create(), here).isDuplicate())
})

describe("UpdateTeam", () => {
  const change = (fields = {}, team_id = backend) => update("UpdateTeam", { team_id }, fields)
  const changed = (fields = {}, moved_role_ids: ReadonlyArray<string> = []) =>
    happened("TeamUpdated", { ...changes("TeamUpdated", fields), moved_role_ids })
  const one = [created, department(engineering), department(platform), team(backend, inEngineering), role(lead)]
  it("records the fields that differ and no others", () =>
    given(...one).when(change({ name: "Backend", max_members: 11, lead_role_id: lead, team_type: "Virtual" }), here)
      .isAccepted(changed({ max_members: 11, lead_role_id: lead, team_type: "Virtual" })))
  it("empties what has a value", () =>
    given(...one).when(change({ clear: ["max_members", "lead_role_id", "department_id"] }), here)
      .isAccepted(changed({ cleared: ["max_members", "department_id"] })))
  it("records nothing when nothing differs", () =>
    given(...one).when(change({ name: "Backend", status: "Forming", department_id: engineering }), here)
      .changesNothing())
  it("takes along the roles that have a department", () => {
    const members = [
      role(engineer, { team_id: backend, ...inEngineering }),
      role(intern, { team_id: backend })
    ]
    const event = changed(inPlatform, [engineer])
    given(...one, ...members).when(change(inPlatform), here).isAccepted(event)
    const { roles } = given(...one, ...members, event).state
    assert.strictEqual(HashMap.getUnsafe(roles, RoleId.make(engineer)).department_id as string, platform)
    assert.isNull(HashMap.getUnsafe(roles, RoleId.make(intern)).department_id)
  })
  it("leaves its roles in the department that it leaves for none", () => {
    const member = role(engineer, { team_id: backend, ...inEngineering })
    given(...one, member).when(change({ clear: ["department_id"] }), here)
      .isAccepted(changed({ cleared: ["department_id"] }))
  })
  const paths: Readonly<Record<string, ReadonlyArray<string>>> = {
    Forming: ["Active", "OnHold", "Disbanding"],
    Active: ["OnHold", "Disbanding"],
    OnHold: ["Active", "Disbanding"],
    Disbanding: ["Active"]
  }
  for (const [from, allowed] of Object.entries(paths)) {
    for (const to of ["Forming", "Active", "OnHold", "Disbanding", "Disbanded"]) {
      it(`${from} to ${to}`, () => {
        const history = from === "Forming"
          ? one
          : [...one, updated("TeamUpdated", { team_id: backend }, { status: from })]
        const outcome = given(...history).when(change({ status: to }), here)
        if (from === to) outcome.changesNothing()
        else if (allowed.includes(to)) outcome.isAccepted(changed({ status: to }))
        else {
          const use_command = to === "Disbanded" ? "DisbandTeam" : null
          outcome.isRejected(errorKinds.InvalidEntityStatus.make({ kind: "Team", from, to, use_command }))
        }
      })
    }
  }
  it("refuses unknown and disbanded teams", () => {
    const { when } = given(...one, disbanded(backend))
    when(change({ name: "X" }, unknown), here).isRejected(notFound)
    when(change({ name: "X" }), here).isRejected(retired(backend))
  })
  it("refuses an unknown lead and an unknown department", () => {
    const { when } = given(...one)
    when(change({ lead_role_id: unknown }), here).isRejected(errorKinds.RoleNotFound.make({ role_id: unknown }))
    when(change({ department_id: unknown }), here)
      .isRejected(errorKinds.DepartmentNotFound.make({ department_id: unknown }))
  })
  it("refuses a dissolved department", () =>
    given(...one, dissolved).when(change(inPlatform), here)
      .isRejected(errorKinds.EntityRetired.make({ kind: "Department", id: platform, status: "Dissolved" })))
  it("answers a repetition as one", () =>
    given(...one, changed({ name: "X" })).when(change({ name: "X" }), here).isDuplicate())
})

describe("DisbandTeam", () => {
  const disband = (members_transfer_to: string | null, team_id = backend) =>
    command("DisbandTeam", { team_id, members_transfer_to })
  const gone = (members_transferred_to: string | null, role_ids: ReadonlyArray<string>) =>
    happened("TeamDisbanded", { members_transferred_to, transferred: { role_ids } })
  const full = [
    created,
    department(engineering),
    department(platform),
    team(backend, inEngineering),
    team(frontend, inPlatform),
    role(engineer, { team_id: backend, ...inEngineering }),
    role(intern, { team_id: backend })
  ]
  const roleAfter = (id: string, events = full) => {
    const { department_id, team_id } = HashMap.getUnsafe(given(...events).state.roles, RoleId.make(id))
    return [department_id, team_id] as ReadonlyArray<string | null>
  }
  it("moves its roles to another team, into whose department they follow", () => {
    const event = gone(frontend, [engineer, intern])
    given(...full).when(disband(frontend), here).isAccepted(event)
    assert.deepStrictEqual(roleAfter(engineer, [...full, event]), [platform, frontend])
    assert.deepStrictEqual(roleAfter(intern, [...full, event]), [null, frontend])
  })
  it("leaves their department alone when the other team has none", () => {
    const free = [...full, updated("TeamUpdated", { team_id: frontend }, { cleared: ["department_id"] })]
    assert.deepStrictEqual(roleAfter(engineer, [...free, gone(frontend, [engineer, intern])]), [engineering, frontend])
  })
  it("leaves its roles without a team, in its department", () => {
    const event = gone(null, [engineer, intern])
    given(...full).when(disband(null), here).isAccepted(event)
    assert.deepStrictEqual(roleAfter(engineer, [...full, event]), [engineering, null])
    assert.deepStrictEqual(roleAfter(intern, [...full, event]), [engineering, null])
  })
  it("takes the lead away", () => {
    const led = updated("TeamUpdated", { team_id: backend }, { lead_role_id: engineer })
    const { teams } = given(...full, led, gone(null, [engineer, intern])).state
    assert.isNull(HashMap.getUnsafe(teams, TeamId.make(backend)).lead_role_id)
  })
  it("refuses itself as target", () =>
    given(...full).when(disband(backend), here)
      .isRejected(errorKinds.InvalidTransferTarget.make({ target: backend, why: "it is the team itself" })))
  it("refuses unknown and disbanded teams", () => {
    const { when } = given(...full, disbanded(frontend))
    when(disband(null, unknown), here).isRejected(notFound)
    when(disband(unknown), here).isRejected(notFound)
    when(disband(null, frontend), here).isRejected(retired(frontend))
    when(disband(frontend), here).isRejected(retired(frontend))
  })
  it("answers a repetition as one", () =>
    given(...full, gone(null, [engineer, intern])).when(disband(null), here).isDuplicate())
})
