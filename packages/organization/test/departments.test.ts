import { assert, describe, it } from "@effect/vitest"
import { HashMap } from "effect"
import { DepartmentId } from "../src/Identifiers.ts"
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
  lead,
  noon,
  platform,
  research,
  role,
  team,
  unknown,
  update,
  updated,
  uuid,
  within
} from "./examples.ts"

const dissolved = (department_id: string, fields = {}) =>
  event("DepartmentDissolved", { department_id, transfer_to: null, transferred: null, ...fields })
const below = (parent_department_id: string) => ({ parent_department_id })
const notFound = errorKinds.DepartmentNotFound.make({ department_id: unknown })
const retired = (id: string) => errorKinds.EntityRetired.make({ kind: "Department", id, status: "Dissolved" })
const here = at(noon)

describe("CreateDepartment", () => {
  const create = (fields = {}) => command("CreateDepartment", fields)
  it("creates a department at the top level", () =>
    given(created).when(create(), here).isAccepted(happened("DepartmentCreated")))
  it("creates one with a head", () => {
    const headed = happened("DepartmentCreated", { head_role_id: lead })
    given(created, role(lead)).when(create({ head_role_id: lead }), here).isAccepted(headed)
    const { state } = given(created, role(lead), headed)
    const { head_role_id } = HashMap.getUnsafe(state.departments, DepartmentId.make(engineering))
    assert.strictEqual(head_role_id as string, lead)
    given(created).when(create({ head_role_id: lead }), here)
      .isRejected(errorKinds.RoleNotFound.make({ role_id: lead }))
    const { anomalies, departments } = given(created, headed).state
    assert.isNull(HashMap.getUnsafe(departments, DepartmentId.make(engineering)).head_role_id)
    assert.strictEqual(anomalies.count, 1)
  })
  it("creates one in another", () =>
    given(created, department(platform)).when(create(below(platform)), here)
      .isAccepted(happened("DepartmentCreated", below(platform))))
  it("refuses an id that was used", () =>
    given(created, department(engineering), dissolved(engineering)).when(create(), here)
      .isRejected(errorKinds.EntityAlreadyExists.make({ kind: "Department", id: engineering })))
  it("refuses an unknown parent", () => given(created).when(create(below(unknown)), here).isRejected(notFound))
  it("refuses itself as parent, because it is not there yet", () =>
    given(created).when(create(below(engineering)), here)
      .isRejected(errorKinds.DepartmentNotFound.make({ department_id: engineering })))
  it("refuses a dissolved parent", () =>
    given(created, department(platform), dissolved(platform)).when(create(below(platform)), here)
      .isRejected(retired(platform)))
  it("refuses a code that is taken, in whatever case and width", () => {
    for (const code of ["eng", "ＥＮＧ"]) {
      given(created, department(platform, { code })).when(create(), here)
        .isRejected(errorKinds.CodeAlreadyInUse.make({ kind: "Department", code: "ENG", held_by: platform }))
    }
  })
  it("accepts the code of a dissolved department", () =>
    given(created, department(platform, { code: "ENG" }), dissolved(platform)).when(create(), here)
      .isAccepted(happened("DepartmentCreated")))
  it("accepts a code that a role has", () =>
    given(created, role(lead, { code: "ENG" })).when(create(), here).isAccepted(happened("DepartmentCreated")))
  it("has a code that follows from its name when it is given none, the first that is free", () => {
    const unnamed = create({ name: "Public  Health", code: null })
    const made = (code: string) => happened("DepartmentCreated", { name: "Public  Health", code })
    const others = ["PUBLIC-health", "public-health-3"].map((code, index) =>
      department([platform, research][index]!, { code })
    )
    given(created).when(unnamed, here).isAccepted(made("Public-Health"))
    given(created, ...others).when(unnamed, here).isAccepted(made("Public-Health-2"))
    given(created, ...others, department(uuid("0d9"), { code: "Public-Health-2" })).when(unnamed, here)
      .isAccepted(made("Public-Health-4"))
    given(created, ...others, dissolved(platform)).when(unnamed, here).isAccepted(made("Public-Health"))
  })
  it("refuses a level too many", () =>
    given(created, department(platform), department(research, below(platform)))
      .when(create(below(research)), within({ depth: 2 }))
      .isRejected(errorKinds.LimitExceeded.make({ limit: "department_depth", max: 2, actual: 3 })))
  it("refuses a department too many, not counting dissolved ones", () => {
    const tooMany = errorKinds.LimitExceeded.make({ limit: "departments", max: 1, actual: 2 })
    given(created, department(platform)).when(create(), within({ unitsPerKind: 1 })).isRejected(tooMany)
    given(created, department(platform), dissolved(platform)).when(create(), within({ unitsPerKind: 1 }))
      .isAccepted(happened("DepartmentCreated"))
  })
  it("answers a repetition as one", () =>
    given(created, happened("DepartmentCreated")).when(create(), here).isDuplicate())
  it("looks at the id first, then at the parent, then at the code", () => {
    const { when } = given(created, department(platform, { code: "ENG" }))
    when(create({ department_id: platform, ...below(unknown) }), here)
      .isRejected(errorKinds.EntityAlreadyExists.make({ kind: "Department", id: platform }))
    when(create(below(unknown)), here).isRejected(notFound)
  })
})

describe("UpdateDepartment", () => {
  const change = (fields = {}, department_id = engineering) => update("UpdateDepartment", { department_id }, fields)
  const changed = (fields = {}) => happened("DepartmentUpdated", changes("DepartmentUpdated", fields))
  const one = [created, department(engineering, { code: "ENG", description: "Builds" }), role(lead)]
  it("records the fields that differ and no others", () =>
    given(...one).when(change({ name: "Engineering", head_role_id: lead, status: "Inactive" }), here)
      .isAccepted(changed({ head_role_id: lead, status: "Inactive" })))
  it("empties what has a value", () =>
    given(...one).when(change({ clear: ["head_role_id", "description"] }), here)
      .isAccepted(changed({ cleared: ["description"] })))
  it("takes another case of its own code for a change", () =>
    given(...one).when(change({ code: "Eng" }), here).isAccepted(changed({ code: "Eng" })))
  it("records nothing when nothing differs", () =>
    given(...one).when(change({ code: "ENG", status: "Active", clear: ["head_role_id"] }), here).changesNothing())
  it("refuses an unknown department", () => given(...one).when(change({}, unknown), here).isRejected(notFound))
  it("refuses a dissolved department", () =>
    given(...one, dissolved(engineering)).when(change({ name: "X" }), here).isRejected(retired(engineering)))
  it("refuses an unknown head", () =>
    given(...one).when(change({ head_role_id: unknown }), here)
      .isRejected(errorKinds.RoleNotFound.make({ role_id: unknown })))
  it("refuses a deprecated head", () =>
    given(...one, event("RoleDeprecated", { role_id: lead, replacement_role_id: null, repointed: null }))
      .when(change({ head_role_id: lead }), here)
      .isRejected(errorKinds.EntityRetired.make({ kind: "Role", id: lead, status: "Deprecated" })))
  it("refuses a code that is taken", () =>
    given(...one, department(platform, { code: "PLAT" })).when(change({ code: "plat" }), here)
      .isRejected(errorKinds.CodeAlreadyInUse.make({ kind: "Department", code: "plat", held_by: platform })))
  it("cannot dissolve", () =>
    given(...one).when(change({ status: "Dissolved" }), here).isRejected(
      errorKinds.InvalidEntityStatus.make({
        kind: "Department",
        from: "Active",
        to: "Dissolved",
        use_command: "DissolveDepartment"
      })
    ))
  it("answers a repetition as one", () =>
    given(...one, changed({ name: "X" })).when(change({ name: "X" }), here).isDuplicate())
})

describe("RestructureDepartment", () => {
  const move = (restructure_type: string, new_parent_id: string | null, department_id = engineering) =>
    command("RestructureDepartment", { department_id, new_parent_id, restructure_type })
  const moved = (restructure_type: string, new_parent_id: string | null, previous_parent_id: string | null) =>
    happened("DepartmentRestructured", { new_parent_id, restructure_type, previous_parent_id })
  const flat = [created, department(engineering), department(platform)]
  const deep = [created, department(platform), department(research, below(platform)), department(engineering)]
  it("transfers to another department", () =>
    given(...flat).when(move("Transfer", platform), here).isAccepted(moved("Transfer", platform, null)))
  it("records the reason", () => {
    const reason = "Closer to\nthe product"
    given(...flat).when(
      command("RestructureDepartment", {
        department_id: engineering,
        new_parent_id: platform,
        restructure_type: "Transfer",
        reason
      }),
      here
    ).isAccepted(happened("DepartmentRestructured", { new_parent_id: platform, previous_parent_id: null, reason }))
  })
  it("promotes to a higher level", () =>
    given(created, department(platform), department(engineering, below(platform))).when(move("Promotion", null), here)
      .isAccepted(moved("Promotion", null, platform)))
  it("demotes to a lower level", () =>
    given(...flat).when(move("Demotion", platform), here).isAccepted(moved("Demotion", platform, null)))
  it("refuses a promotion that is none", () =>
    given(...flat).when(move("Promotion", platform), here).isRejected(
      errorKinds.InvalidRestructure.make({ type: "Promotion", why: `level 2 is not above level 1 of ${engineering}` })
    ))
  it("refuses a demotion that is none", () =>
    given(...deep, department(backend, below(research))).when(move("Demotion", platform, backend), here).isRejected(
      errorKinds.InvalidRestructure.make({ type: "Demotion", why: `level 2 is not below level 3 of ${backend}` })
    ))
  it("takes another place on the same level for neither", () => {
    const { when } = given(...deep, department(unknown, below(engineering)))
    for (const [type, word] of [["Promotion", "above"], ["Demotion", "below"]] as const) {
      const why = `level 2 is not ${word} level 2 of ${research}`
      when(move(type, engineering, research), here).isRejected(errorKinds.InvalidRestructure.make({ type, why }))
    }
    when(move("Transfer", engineering, research), here).isAccepted(
      happened("DepartmentRestructured", {
        department_id: research,
        new_parent_id: engineering,
        restructure_type: "Transfer",
        previous_parent_id: platform
      })
    )
  })
  it("marks a department that is split up and leaves it in place", () => {
    const inside = [created, department(platform), department(engineering, below(platform))]
    given(...inside).when(move("Split", null), here).isAccepted(moved("Split", platform, platform))
    given(...inside).when(move("Split", platform), here).isAccepted(moved("Split", platform, platform))
  })
  it("marks an inactive department too", () =>
    given(...flat, updated("DepartmentUpdated", { department_id: engineering }, { status: "Inactive" }))
      .when(move("Split", null), here).isAccepted(moved("Split", null, null)))
  it("refuses a split elsewhere", () =>
    given(...flat).when(move("Split", platform), here).isRejected(
      errorKinds.InvalidRestructure.make({ type: "Split", why: "a department that is split up stays where it is" })
    ))
  it("moves a department below the one it merges into, and marks it", () => {
    given(...flat).when(move("Merge", platform), here).isAccepted(moved("Merge", platform, null))
    const { state } = given(...flat, moved("Merge", platform, null))
    assert.deepInclude(HashMap.getUnsafe(state.departments, DepartmentId.make(engineering)), {
      ...below(platform),
      status: "Restructuring"
    } as object)
  })
  it("marks a department that is below it already", () =>
    given(created, department(platform), department(engineering, below(platform))).when(move("Merge", platform), here)
      .isAccepted(moved("Merge", platform, platform)))
  it("refuses a merger into nothing", () =>
    given(...flat).when(move("Merge", null), here).isRejected(
      errorKinds.InvalidRestructure.make({ type: "Merge", why: "it needs the department to merge into" })
    ))
  it("has nothing to do where the department is already", () => {
    for (const type of ["Transfer", "Promotion", "Demotion"]) {
      given(...flat).when(move(type, null), here).changesNothing()
    }
    given(...flat, event("DepartmentRestructured", { new_parent_id: null, restructure_type: "Split" }))
      .when(move("Split", null), here).changesNothing()
    given(...flat, event("DepartmentRestructured", { new_parent_id: platform, restructure_type: "Merge" }))
      .when(move("Merge", platform), here).changesNothing()
  })
  it("refuses to move a department below itself", () =>
    given(...flat).when(move("Transfer", engineering), here).isRejected(
      errorKinds.CircularReference.make({ kind: "Department", path: [engineering, engineering] })
    ))
  it("refuses to move a department below what is below it", () =>
    given(...deep).when(move("Transfer", research, platform), here).isRejected(
      errorKinds.CircularReference.make({ kind: "Department", path: [platform, research, platform] })
    ))
  it("refuses to move what is below too deep", () =>
    given(...deep).when(move("Transfer", engineering, platform), within({ depth: 2 })).isRejected(
      errorKinds.LimitExceeded.make({ limit: "department_depth", max: 2, actual: 3 })
    ))
  it("accepts what just fits", () =>
    given(...deep).when(move("Transfer", research), within({ depth: 3 })).isAccepted(moved("Transfer", research, null)))
  it("refuses unknown and dissolved departments", () => {
    const { when } = given(...flat, dissolved(platform))
    when(move("Transfer", null, unknown), here).isRejected(notFound)
    when(move("Transfer", unknown), here).isRejected(notFound)
    when(move("Transfer", null, platform), here).isRejected(retired(platform))
    when(move("Transfer", platform), here).isRejected(retired(platform))
  })
  it("answers a repetition as one", () =>
    given(...flat, moved("Transfer", platform, null)).when(move("Transfer", platform), here).isDuplicate())
})

describe("DissolveDepartment", () => {
  const dissolve = (transfer_to: string | null, department_id = engineering) =>
    command("DissolveDepartment", { department_id, transfer_to })
  const gone = (transfer_to: string | null, transferred: object) =>
    happened("DepartmentDissolved", {
      transfer_to,
      transferred: { department_ids: [], team_ids: [], role_ids: [], ...transferred }
    })
  const full = [
    created,
    department(engineering),
    department(platform),
    department(research, below(engineering)),
    team(backend, { department_id: engineering }),
    role(lead, { department_id: engineering }),
    role(engineer, { department_id: engineering, team_id: backend })
  ]
  const contents = { departments: [research], teams: [backend], roles: [lead, engineer] }
  it("ends an empty department", () =>
    given(created, department(engineering)).when(dissolve(null), here).isAccepted(gone(null, {})))
  it("moves what is in it", () => {
    const event = gone(platform, { department_ids: [research], team_ids: [backend], role_ids: [lead, engineer] })
    given(...full).when(dissolve(platform), here).isAccepted(event)
    const { state } = given(...full, event)
    assert.strictEqual(
      HashMap.getUnsafe(state.departments, DepartmentId.make(research)).parent_department_id as string,
      platform
    )
    assert.deepStrictEqual(
      [...HashMap.values(state.teams), ...HashMap.values(state.roles)].map((unit) => unit.department_id as string),
      [platform, platform, platform]
    )
  })
  it("refuses to leave anything behind", () =>
    given(...full).when(dissolve(null), here).isRejected(errorKinds.DepartmentNotEmpty.make(contents)))
  it("refuses to leave a single role behind", () =>
    given(created, department(engineering), role(lead, { department_id: engineering })).when(dissolve(null), here)
      .isRejected(errorKinds.DepartmentNotEmpty.make({ departments: [], teams: [], roles: [lead] })))
  it("refuses itself as target", () =>
    given(...full).when(dissolve(engineering), here).isRejected(
      errorKinds.InvalidTransferTarget.make({ target: engineering, why: "it is the department itself" })
    ))
  it("refuses a target below it", () =>
    given(...full).when(dissolve(research), here).isRejected(
      errorKinds.InvalidTransferTarget.make({ target: research, why: "it is below the department" })
    ))
  it("refuses a target where it gets too deep", () => {
    const { when } = given(...full, department(unknown, below(platform)))
    when(dissolve(unknown), within({ depth: 2 })).isRejected(
      errorKinds.LimitExceeded.make({ limit: "department_depth", max: 2, actual: 3 })
    )
    when(dissolve(unknown), within({ depth: 3 })).isAccepted(
      gone(unknown, { department_ids: [research], team_ids: [backend], role_ids: [lead, engineer] })
    )
  })
  it("refuses unknown and dissolved departments", () => {
    const { when } = given(...full, dissolved(platform))
    when(dissolve(null, unknown), here).isRejected(notFound)
    when(dissolve(unknown), here).isRejected(notFound)
    when(dissolve(null, platform), here).isRejected(retired(platform))
    when(dissolve(platform), here).isRejected(retired(platform))
  })
  it("takes the head away", () => {
    const headed = updated("DepartmentUpdated", { department_id: engineering }, { head_role_id: lead })
    const { state } = given(created, department(engineering), role(lead), headed, dissolved(engineering))
    assert.isNull(HashMap.getUnsafe(state.departments, DepartmentId.make(engineering)).head_role_id)
  })
  it("answers a repetition as one", () =>
    given(created, department(engineering), gone(null, {})).when(dissolve(null), here).isDuplicate())
})
