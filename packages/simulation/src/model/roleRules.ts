import type { Fields } from "./Json.ts"
import { liveOf, liveWith, upwards } from "./ModelOrganization.ts"
import * as plan from "./Plan.ts"
import { anything, type Refusal } from "./Refusal.ts"

/** A role and its team are in one department, when both are in one. */
const agrees = (
  { organization }: plan.Question,
  department: string | null,
  team: string | null
): Refusal | false => {
  const ofTeam = team === null ? null : plan.idIn(organization.units.Team.get(team) ?? {}, "department_id")
  return department !== null && ofTeam !== null && department !== ofTeam && { tag: "TeamDepartmentMismatch" }
}

const references = (question: plan.Question, fields: Fields) => [
  plan.live(question, "Department", plan.idIn(fields, "department_id")),
  plan.live(question, "Team", plan.idIn(fields, "team_id")),
  plan.live(question, "Role", plan.idIn(fields, "reports_to")),
  ...dottedLines(fields).map((role) => plan.live(question, "Role", role))
]

const dottedLines = (fields: Fields) => (fields["dotted_line_to"] ?? []) as ReadonlyArray<string>

const createRole: plan.Rule = (question) => {
  const { asked } = question
  const { createdId, fields } = asked
  return {
    references: [plan.unused(question, "Role"), ...references(question, fields)],
    rules: () => [
      agrees(question, plan.idIn(fields, "department_id"), plan.idIn(fields, "team_id")),
      plan.codeIsFree(question, "Role", null),
      plan.depthAfter(question, "Role", { [createdId!]: plan.idIn(fields, "reports_to") }),
      plan.roomFor(question, "Role")
    ],
    effect: () => ({ type: "RoleCreated", fields: plan.createdFields(question, "Role", "title") })
  }
}

const roleChanges = [
  "title",
  "description",
  "level",
  "reports_to",
  "permissions",
  "responsibilities",
  "status",
  "code",
  "department_id",
  "team_id",
  "role_type",
  "dotted_line_to",
  "metadata"
]

const updateRole: plan.Rule = (question) => {
  const { asked, organization } = question
  const id = plan.idIn(asked.fields, "role_id")!
  const record = organization.units.Role.get(id) ?? {}
  const changes = plan.changesOf(asked, record, roleChanges)
  const after = (name: string) => plan.afterChanges(record, changes, name)
  const boss = plan.idIn(asked.fields, "reports_to")
  return {
    references: [plan.live(question, "Role", id), ...references(question, asked.fields)],
    rules: () => [
      agrees(question, after("department_id"), after("team_id")),
      plan.noCycle(question, "Role", id, boss),
      dottedLines(asked.fields).includes(id) &&
      { tag: "CircularReference", details: { kind: "Role", path: anything } },
      plan.codeIsFree(question, "Role", id),
      asked.fields["status"] === "Deprecated" && {
        tag: "InvalidEntityStatus",
        details: { kind: "Role", from: record["status"]!, to: "Deprecated", use_command: "DeprecateRole" }
      },
      boss !== null && plan.depthAfter(question, "Role", { [id]: boss })
    ],
    effect: () =>
      changes.isNothing ? null : {
        type: "RoleUpdated",
        fields: { role_id: id, organization_id: organization.id, changes: changes.changes }
      }
  }
}

const deprecateRole: plan.Rule = (question) => {
  const { asked: { fields }, organization } = question
  const id = plan.idIn(fields, "role_id")!
  const to = plan.idIn(fields, "replacement_role_id")
  const own = plan.idIn(organization.units.Role.get(id) ?? {}, "reports_to")
  const reports = liveWith(organization, "Role", "reports_to", id)
  const heads = liveWith(organization, "Department", "head_role_id", id)
  const leads = liveWith(organization, "Team", "lead_role_id", id)
  const isBelow = to !== null && upwards(organization, "Role", to).includes(id)
  const following = reports.filter((report) => report !== to)
  const parents = Object.fromEntries([
    ...following.map((report) => [report, to]),
    ...(isBelow ? [[to, own]] : [])
  ]) as Record<string, string | null>
  return {
    references: [plan.live(question, "Role", id), plan.live(question, "Role", to)],
    rules: () => [
      plan.inRange(question),
      to === null && reports.length + heads.length + leads.length > 0 && {
        tag: "RoleInUse",
        details: { reports: plan.list(reports), heads: plan.list(heads), leads: plan.list(leads) }
      },
      to === id && plan.noTarget(id),
      to !== null && to !== id && plan.depthAfter(question, "Role", parents, id)
    ],
    effect: () => ({
      type: "RoleDeprecated",
      fields: {
        ...fields,
        repointed: {
          report_role_ids: plan.list(following),
          replacement_reports_to: isBelow ? own : null,
          headed_department_ids: plan.list(heads),
          led_team_ids: plan.list(leads),
          dotted_role_ids: plan.list(
            liveOf(organization, "Role").filter(([, role]) => dottedLines(role).includes(id)).map(([role]) => role)
          )
        }
      }
    })
  }
}

const notClosed = ({ organization }: plan.Question, id: string | null): Refusal | false => {
  const status = id === null ? undefined : organization.units.Facility.get(id)?.["status"]
  return status === "Closed" && { tag: "EntityRetired", details: { kind: "Facility", id, status } }
}

const createFacility: plan.Rule = (question) => {
  const { createdId, fields } = question.asked
  const parent = plan.idIn(fields, "parent_facility_id")
  return {
    references: [
      plan.unused(question, "Facility"),
      plan.live(question, "Facility", parent),
      notClosed(question, parent)
    ],
    rules: () => [
      plan.codeIsFree(question, "Facility", null),
      plan.depthAfter(question, "Facility", { [createdId!]: parent }),
      plan.roomFor(question, "Facility")
    ],
    effect: () => ({ type: "FacilityCreated", fields: plan.createdFields(question, "Facility", "name") })
  }
}

const facilityChanges = [
  "name",
  "code",
  "description",
  "capacity",
  "status",
  "parent_facility_id",
  "facility_type",
  "metadata"
]

const updateFacility: plan.Rule = (question) => {
  const { asked, organization } = question
  const id = plan.idIn(asked.fields, "facility_id")!
  const record = organization.units.Facility.get(id) ?? {}
  const changes = plan.changesOf(asked, record, facilityChanges)
  const parent = plan.idIn(asked.fields, "parent_facility_id")
  return {
    references: [
      plan.live(question, "Facility", id),
      plan.live(question, "Facility", parent),
      // It may stay below one that was closed since.
      parent !== record["parent_facility_id"] && notClosed(question, parent)
    ],
    rules: () => [
      plan.noCycle(question, "Facility", id, parent),
      plan.codeIsFree(question, "Facility", id),
      parent !== null && plan.depthAfter(question, "Facility", { [id]: parent })
    ],
    effect: () =>
      changes.isNothing ? null : {
        type: "FacilityUpdated",
        fields: { facility_id: id, organization_id: organization.id, changes: changes.changes }
      }
  }
}

const removeFacility: plan.Rule = (question) => {
  const { asked: { fields }, organization } = question
  const id = plan.idIn(fields, "facility_id")!
  const target = plan.idIn(fields, "transfer_children_to")
  const children = liveWith(organization, "Facility", "parent_facility_id", id)
  const promotes = fields["promote_children"] === true
  const own = plan.idIn(organization.units.Facility.get(id) ?? {}, "parent_facility_id")
  const to = promotes ? own : target
  const isClosed = target !== null && organization.units.Facility.get(target)?.["status"] === "Closed"
  const moved = Object.fromEntries(children.map((child) => [child, to]))
  return {
    references: [plan.live(question, "Facility", id), plan.live(question, "Facility", target)],
    rules: () => [
      children.length > 0 && target === null && !promotes &&
      { tag: "FacilityNotEmpty", details: { children: plan.list(children) } },
      target !== null && (isClosed || upwards(organization, "Facility", target).includes(id)) && plan.noTarget(target),
      plan.depthAfter(question, "Facility", moved, id)
    ],
    effect: () => ({
      type: "FacilityRemoved",
      fields: { ...fields, reparented: { facility_ids: plan.list(children), to } }
    })
  }
}

/** 6.3. */
export const roleRules: Readonly<Record<string, plan.Rule>> = {
  CreateRole: createRole,
  UpdateRole: updateRole,
  DeprecateRole: deprecateRole,
  CreateFacility: createFacility,
  UpdateFacility: updateFacility,
  RemoveFacility: removeFacility
}
