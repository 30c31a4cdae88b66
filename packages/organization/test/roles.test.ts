import { assert, describe, it } from "@effect/vitest"
import { HashMap } from "effect"
import { DepartmentId, RoleId, TeamId } from "../src/Identifiers.ts"
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
const notFound = errorKinds.RoleNotFound.make({ role_id: unknown })
const deprecated = (role_id: string) => event("RoleDeprecated", { role_id, replacement_role_id: null, repointed: null })
const retired = (id: string) => errorKinds.EntityRetired.make({ kind: "Role", id, status: "Deprecated" })
const under = (reports_to: string) => ({ reports_to })
const mismatch = errorKinds.TeamDepartmentMismatch.make({
  team_id: backend,
  team_department_id: engineering,
  role_department_id: platform
})
const units = [created, department(engineering), department(platform), team(backend, { department_id: engineering })]

describe("CreateRole", () => {
  const free = { department_id: null, team_id: null, reports_to: null }
  const create = (fields = {}) => command("CreateRole", { ...free, ...fields })
  const made = (fields = {}) => happened("RoleCreated", { ...free, ...fields })
  it("creates a role", () => given(created).when(create(), here).isAccepted(made()))
  it("creates it in a department, in a team and under another role", () => {
    const place = { department_id: engineering, team_id: backend, reports_to: lead }
    given(...units, role(lead)).when(create(place), here).isAccepted(made(place))
  })
  it("creates it vacant, before somebody is found", () => {
    given(created).when(create({ status: "Vacant" }), here).isAccepted(made({ status: "Vacant" }))
    const { roles } = given(created, made({ status: "Vacant" })).state
    assert.strictEqual(HashMap.getUnsafe(roles, RoleId.make(engineer)).status, "Vacant")
  })
  it("needs no department for a team, and no team for a department", () => {
    given(...units).when(create({ team_id: backend }), here).isAccepted(made({ team_id: backend }))
    given(...units).when(create({ department_id: platform }), here).isAccepted(made({ department_id: platform }))
  })
  it("refuses another department than that of the team", () =>
    given(...units).when(create({ department_id: platform, team_id: backend }), here).isRejected(mismatch))
  it("refuses an id that was used", () =>
    given(created, role(engineer), deprecated(engineer)).when(create(), here)
      .isRejected(errorKinds.EntityAlreadyExists.make({ kind: "Role", id: engineer })))
  it("refuses what is unknown", () => {
    const { when } = given(created)
    when(create({ department_id: unknown }), here)
      .isRejected(errorKinds.DepartmentNotFound.make({ department_id: unknown }))
    when(create({ team_id: unknown }), here).isRejected(errorKinds.TeamNotFound.make({ team_id: unknown }))
    when(create(under(unknown)), here).isRejected(notFound)
  })
  it("refuses to report to a deprecated role", () =>
    given(created, role(lead), deprecated(lead)).when(create(under(lead)), here).isRejected(retired(lead)))
  it("refuses a code that is taken, in whatever case", () =>
    given(created, role(lead, { code: "se-1" })).when(create(), here)
      .isRejected(errorKinds.CodeAlreadyInUse.make({ kind: "Role", code: "SE-1", held_by: lead })))
  it("accepts the code of a deprecated role", () =>
    given(created, role(lead, { code: "SE-1" }), deprecated(lead)).when(create(), here).isAccepted(made()))
  it("refuses a level too many", () =>
    given(created, role(lead), role(intern, under(lead))).when(create(under(intern)), within({ depth: 2 }))
      .isRejected(errorKinds.LimitExceeded.make({ limit: "role_depth", max: 2, actual: 3 })))
  it("refuses a role too many, not counting deprecated ones", () => {
    const limits = within({ unitsPerKind: 1 })
    given(created, role(lead)).when(create(), limits)
      .isRejected(errorKinds.LimitExceeded.make({ limit: "roles", max: 1, actual: 2 }))
    given(created, role(lead), deprecated(lead)).when(create(), limits).isAccepted(made())
  })
  it("answers a repetition as one", () => given(created, made()).when(create(), here).isDuplicate())
})

describe("UpdateRole", () => {
  const change = (fields = {}, role_id = engineer) => update("UpdateRole", { role_id }, fields)
  const changed = (fields = {}) => happened("RoleUpdated", changes("RoleUpdated", fields))
  const some = [...units, role(lead), role(engineer, { ...under(lead), team_id: backend, department_id: engineering })]
  it("records the fields that differ and no others", () =>
    given(...some).when(change({ title: "Senior Engineer", level: 7, status: "Frozen", permissions: [] }), here)
      .isAccepted(changed({ level: 7, status: "Frozen", permissions: [] })))
  it("empties what has a value", () =>
    given(...some).when(change({ clear: ["reports_to", "description", "level"] }), here)
      .isAccepted(changed({ cleared: ["level", "reports_to"] })))
  it("records nothing when nothing differs", () =>
    given(...some).when(change({ ...under(lead), permissions: ["ViewOrganization"], status: "Active" }), here)
      .changesNothing())
  it("moves to another department once it has left its team", () => {
    given(...some).when(change({ department_id: platform }), here).isRejected(mismatch)
    given(...some).when(change({ department_id: platform, clear: ["team_id"] }), here)
      .isAccepted(changed({ department_id: platform, cleared: ["team_id"] }))
  })
  it("leaves its department for a team elsewhere in one go", () =>
    given(...units, role(engineer, { department_id: platform }))
      .when(change({ team_id: backend, clear: ["department_id"] }), here)
      .isAccepted(changed({ team_id: backend, cleared: ["department_id"] })))
  it("refuses to report to itself", () =>
    given(...some).when(change(under(engineer)), here)
      .isRejected(errorKinds.CircularReference.make({ kind: "Role", path: [engineer, engineer] })))
  it("refuses to report to one of its own", () =>
    given(...some, role(intern, under(engineer))).when(change(under(intern), lead), here)
      .isRejected(errorKinds.CircularReference.make({ kind: "Role", path: [lead, intern, engineer, lead] })))
  it("refuses to take those below it too deep", () => {
    const { when } = given(created, role(lead), role(engineer), role(intern, under(engineer)))
    when(change(under(lead)), within({ depth: 2 }))
      .isRejected(errorKinds.LimitExceeded.make({ limit: "role_depth", max: 2, actual: 3 }))
    when(change(under(lead)), within({ depth: 3 })).isAccepted(changed(under(lead)))
  })
  it("refuses a code that is taken, but not its own in another case", () => {
    given(...some).when(change({ code: "r-a01" }), here)
      .isRejected(errorKinds.CodeAlreadyInUse.make({ kind: "Role", code: "r-a01", held_by: lead }))
    given(...some).when(change({ code: "r-a02" }), here).isAccepted(changed({ code: "r-a02" }))
  })
  it("cannot deprecate", () =>
    given(...some).when(change({ status: "Deprecated" }), here).isRejected(
      errorKinds.InvalidEntityStatus.make({
        kind: "Role",
        from: "Active",
        to: "Deprecated",
        use_command: "DeprecateRole"
      })
    ))
  it("refuses unknown and deprecated roles", () => {
    const { when } = given(...some, role(intern), deprecated(intern))
    when(change({}, unknown), here).isRejected(notFound)
    when(change({}, intern), here).isRejected(retired(intern))
    when(change(under(unknown)), here).isRejected(notFound)
    when(change(under(intern)), here).isRejected(retired(intern))
  })
  it("refuses an unknown department and an unknown team", () => {
    const { when } = given(...some)
    when(change({ department_id: unknown }), here)
      .isRejected(errorKinds.DepartmentNotFound.make({ department_id: unknown }))
    when(change({ team_id: unknown }), here).isRejected(errorKinds.TeamNotFound.make({ team_id: unknown }))
  })
  it("answers a repetition as one", () =>
    given(...some, changed({ level: 7 })).when(change({ level: 7 }), here).isDuplicate())
})

describe("DeprecateRole", () => {
  const deprecate = (replacement_role_id: string | null, role_id = lead, fields = {}) =>
    command("DeprecateRole", { role_id, replacement_role_id, ...fields })
  const gone = (replacement_role_id: string | null, repointed = {}, role_id = lead) =>
    happened("RoleDeprecated", {
      role_id,
      replacement_role_id,
      repointed: {
        report_role_ids: [],
        replacement_reports_to: null,
        headed_department_ids: [],
        led_team_ids: [],
        dotted_role_ids: [],
        ...repointed
      }
    })
  const heads = updated("DepartmentUpdated", { department_id: engineering }, { head_role_id: lead })
  const leads = updated("TeamUpdated", { team_id: backend }, { lead_role_id: lead })
  const used = [...units, role(lead), role(intern), role(engineer, under(lead)), heads, leads]
  it("ends a role that nothing points to", () =>
    given(created, role(lead)).when(deprecate(null), here).isAccepted(gone(null)))
  it("lets the replacement take over", () => {
    const event = gone(intern, {
      report_role_ids: [engineer],
      headed_department_ids: [engineering],
      led_team_ids: [backend]
    })
    given(...used).when(deprecate(intern), here).isAccepted(event)
    const { departments, roles, teams } = given(...used, event).state
    assert.deepStrictEqual(
      [
        HashMap.getUnsafe(roles, RoleId.make(engineer)).reports_to,
        HashMap.getUnsafe(departments, DepartmentId.make(engineering)).head_role_id,
        HashMap.getUnsafe(teams, TeamId.make(backend)).lead_role_id
      ] as ReadonlyArray<string | null>,
      [intern, intern, intern]
    )
  })
  it("lets a replacement from below rise to the place of the role", () => {
    const chain = [created, role(intern), role(lead, under(intern)), role(engineer, under(lead))]
    const event = gone(engineer, { replacement_reports_to: intern })
    given(...chain).when(deprecate(engineer), here).isAccepted(event)
    const { roles } = given(...chain, event).state
    assert.strictEqual(HashMap.getUnsafe(roles, RoleId.make(engineer)).reports_to as string, intern)
  })
  it("lets a replacement from far below rise above its managers", () => {
    const chain = [created, role(lead), role(engineer, under(lead)), role(intern, under(engineer))]
    const event = gone(intern, { report_role_ids: [engineer] })
    given(...chain).when(deprecate(intern), within({ depth: 3 })).isAccepted(event)
    const { roles } = given(...chain, event).state
    assert.isNull(HashMap.getUnsafe(roles, RoleId.make(intern)).reports_to)
    assert.strictEqual(HashMap.getUnsafe(roles, RoleId.make(engineer)).reports_to as string, intern)
  })
  it("refuses to leave anything pointing to it", () => {
    const without = (...events: ReadonlyArray<ReturnType<typeof role>>) =>
      given(...units, role(lead), ...events).when(deprecate(null), here)
    const none = { reports: [], heads: [], leads: [] }
    without(role(engineer, under(lead))).isRejected(errorKinds.RoleInUse.make({ ...none, reports: [engineer] }))
    without(heads).isRejected(errorKinds.RoleInUse.make({ ...none, heads: [engineering] }))
    without(leads).isRejected(errorKinds.RoleInUse.make({ ...none, leads: [backend] }))
  })
  it("refuses itself as replacement", () =>
    given(...used).when(deprecate(lead), here)
      .isRejected(errorKinds.InvalidTransferTarget.make({ target: lead, why: "it is the role itself" })))
  it("refuses a replacement under which the reports get too deep", () => {
    const { when } = given(
      created,
      role(lead),
      role(engineer, under(lead)),
      role(unknown),
      role(intern, under(unknown))
    )
    when(deprecate(intern), within({ depth: 2 }))
      .isRejected(errorKinds.LimitExceeded.make({ limit: "role_depth", max: 2, actual: 3 }))
    when(deprecate(intern), within({ depth: 3 })).isAccepted(gone(intern, { report_role_ids: [engineer] }))
  })
  it("refuses a date too far in the future, and one before the foundation", () => {
    const [min, max] = ["2020-01-15T00:00:00.000Z", "2025-08-20T12:05:00.000Z"]
    for (const effective_date of ["2025-08-20T12:05:00.001Z", "2020-01-14T23:59:59.999Z"]) {
      given(...used).when(deprecate(intern, lead, { effective_date }), here)
        .isRejected(errorKinds.EffectiveDateOutOfRange.make({ min, max }))
    }
  })
  it("refuses unknown and deprecated roles", () => {
    const { when } = given(...used, deprecated(intern))
    when(deprecate(null, unknown), here).isRejected(notFound)
    when(deprecate(unknown), here).isRejected(notFound)
    when(deprecate(null, intern), here).isRejected(retired(intern))
    when(deprecate(intern), here).isRejected(retired(intern))
  })
  it("answers a repetition as one", () =>
    given(created, role(lead), gone(null)).when(deprecate(null), here).isDuplicate())
})
