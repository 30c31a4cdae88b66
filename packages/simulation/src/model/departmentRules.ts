import type { Fields } from "./Json.ts"
import { liveWith, upwards } from "./ModelOrganization.ts"
import * as plan from "./Plan.ts"
import { anything, type Refusal } from "./Refusal.ts"

const statusRule = (kind: string, from: string, to: string, use_command: string | null): Refusal => ({
  tag: "InvalidEntityStatus",
  details: { kind, from, to, use_command }
})

const createDepartment: plan.Rule = (question) => {
  const { asked } = question
  const parent = plan.idIn(asked.fields, "parent_department_id")
  return {
    references: [
      plan.unused(question, "Department"),
      plan.live(question, "Department", parent),
      plan.live(question, "Role", plan.idIn(asked.fields, "head_role_id"))
    ],
    rules: () => [
      plan.codeIsFree(question, "Department", null),
      plan.depthAfter(question, "Department", { [asked.createdId!]: parent }),
      plan.roomFor(question, "Department")
    ],
    effect: () => ({ type: "DepartmentCreated", fields: plan.createdFields(question, "Department", "name") })
  }
}

const updateDepartment: plan.Rule = (question) => {
  const { asked: { fields }, organization } = question
  const id = plan.idIn(fields, "department_id")!
  const record = organization.units.Department.get(id) ?? {}
  return {
    references: [
      plan.live(question, "Department", id),
      plan.live(question, "Role", plan.idIn(fields, "head_role_id"))
    ],
    rules: () => [
      plan.codeIsFree(question, "Department", id),
      fields["status"] === "Dissolved" &&
      statusRule("Department", record["status"] as string, "Dissolved", "DissolveDepartment")
    ],
    effect: () => updated(question, "DepartmentUpdated", record, { department_id: id }, departmentChanges)
  }
}

const departmentChanges = ["name", "code", "description", "head_role_id", "status", "metadata"]

/** The event of an update, if anything differs. */
const updated = (
  { asked, organization }: plan.Question,
  type: string,
  record: Fields,
  ids: Fields,
  names: ReadonlyArray<string>
) => {
  const { changes, isNothing } = plan.changesOf(asked, record, names)
  return isNothing ? null : { type, fields: { ...ids, organization_id: organization.id, changes } }
}

/** Whether a way of restructuring fits where the department would go: 6.2, 10. */
const restructureRule = (type: string, parent: string | null, now: string | null, deeper: number): boolean => {
  switch (type) {
    case "Promotion":
      return deeper < 0
    case "Demotion":
      return deeper > 0
    case "Split":
      return parent === null || parent === now
    case "Merge":
      return parent !== null
    default:
      return true
  }
}

const restructure: plan.Rule = (question) => {
  const { asked: { fields }, organization } = question
  const id = plan.idIn(fields, "department_id")!
  const type = fields["restructure_type"] as string
  const wished = plan.idIn(fields, "new_parent_id")
  const record = organization.units.Department.get(id) ?? {}
  const now = plan.idIn(record, "parent_department_id")
  const to = type === "Split" ? now : wished
  const marks = type === "Split" || type === "Merge"
  const isThere = to === now && (!marks || record["status"] === "Restructuring")
  const depth = (under: string | null) => upwards(organization, "Department", under).length
  const fits = (restructureRule(type, wished, now, depth(wished) - depth(now))) || (!marks && wished === now)
  return {
    references: [plan.live(question, "Department", id), plan.live(question, "Department", wished)],
    rules: () => [
      !fits && { tag: "InvalidRestructure", details: { type, why: anything } },
      plan.noCycle(question, "Department", id, wished),
      // What does not fit does not move; that there would be no room for it either may be told as well.
      plan.depthAfter(question, "Department", { [id]: fits ? to : wished })
    ],
    effect: () =>
      isThere ? null : {
        type: "DepartmentRestructured",
        fields: { ...fields, new_parent_id: to, previous_parent_id: now }
      }
  }
}

const dissolveDepartment: plan.Rule = (question) => {
  const { asked: { fields }, organization } = question
  const id = plan.idIn(fields, "department_id")!
  const to = plan.idIn(fields, "transfer_to")
  const contents = plan.contentsOf(organization, id)
  const isEmpty = Object.values(contents).every((ids) => ids.length === 0)
  const moved = Object.fromEntries(contents.departments.map((child) => [child, to]))
  return {
    references: [plan.live(question, "Department", id), plan.live(question, "Department", to)],
    rules: () => [
      to === null && !isEmpty && {
        tag: "DepartmentNotEmpty",
        details: {
          departments: plan.list(contents.departments),
          teams: plan.list(contents.teams),
          roles: plan.list(contents.roles)
        }
      },
      to !== null && upwards(organization, "Department", to).includes(id) && plan.noTarget(to),
      to !== null && plan.depthAfter(question, "Department", moved, id)
    ],
    effect: () => ({
      type: "DepartmentDissolved",
      fields: {
        ...fields,
        transferred: {
          department_ids: plan.list(contents.departments),
          team_ids: plan.list(contents.teams),
          role_ids: plan.list(contents.roles)
        }
      }
    })
  }
}

const createTeam: plan.Rule = (question) => {
  const { asked } = question
  return {
    references: [
      plan.unused(question, "Team"),
      plan.live(question, "Department", plan.idIn(asked.fields, "department_id")),
      plan.live(question, "Role", plan.idIn(asked.fields, "lead_role_id"))
    ],
    rules: () => [plan.roomFor(question, "Team")],
    effect: () => ({ type: "TeamFormed", fields: { ...asked.fields, team_id: asked.createdId! } })
  }
}

/** Where a team's status leads by an update: 5.2. */
const teamTransitions: Readonly<Record<string, ReadonlyArray<string>>> = {
  Forming: ["Active", "OnHold", "Disbanding"],
  Active: ["OnHold", "Disbanding"],
  OnHold: ["Active", "Disbanding"],
  Disbanding: ["Active"]
}

const teamChanges = [
  "name",
  "description",
  "lead_role_id",
  "max_members",
  "status",
  "department_id",
  "team_type",
  "metadata"
]

const updateTeam: plan.Rule = (question) => {
  const { asked: { fields }, organization } = question
  const id = plan.idIn(fields, "team_id")!
  const record = organization.units.Team.get(id) ?? {}
  const from = plan.idIn(record, "status")!
  const to = plan.idIn(fields, "status") ?? from
  const department = plan.idIn(fields, "department_id")
  const following = department === null || department === record["department_id"] ? [] : liveWith(
    organization,
    "Role",
    "team_id",
    id
  ).filter((role) => {
    const own = plan.idIn(organization.units.Role.get(role)!, "department_id")
    return own !== null && own !== department
  })
  return {
    references: [
      plan.live(question, "Team", id),
      plan.live(question, "Role", plan.idIn(fields, "lead_role_id")),
      plan.live(question, "Department", department)
    ],
    rules: () => [
      to !== from && !(teamTransitions[from] ?? []).includes(to) &&
      statusRule("Team", from, to, to === "Disbanded" ? "DisbandTeam" : null)
    ],
    effect: () => {
      const event = updated(question, "TeamUpdated", record, { team_id: id }, teamChanges)
      return event && { ...event, fields: { ...event.fields, moved_role_ids: plan.list(following) } }
    }
  }
}

const disbandTeam: plan.Rule = (question) => {
  const { asked: { fields }, organization } = question
  const id = plan.idIn(fields, "team_id")!
  const to = plan.idIn(fields, "members_transfer_to")
  return {
    references: [plan.live(question, "Team", id), plan.live(question, "Team", to)],
    rules: () => [to === id && plan.noTarget(id)],
    effect: () => ({
      type: "TeamDisbanded",
      fields: {
        ...fields,
        members_transferred_to: to,
        transferred: { role_ids: plan.list(liveWith(organization, "Role", "team_id", id)) }
      }
    })
  }
}

/** 6.2. */
export const departmentRules: Readonly<Record<string, plan.Rule>> = {
  CreateDepartment: createDepartment,
  UpdateDepartment: updateDepartment,
  RestructureDepartment: restructure,
  DissolveDepartment: dissolveDepartment,
  CreateTeam: createTeam,
  UpdateTeam: updateTeam,
  DisbandTeam: disbandTeam
}
