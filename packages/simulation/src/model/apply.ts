import { eventTable, readBack } from "./eventTable.ts"
import type { Fields, Json } from "./Json.ts"
import type { ModelEntry, ModelOrganization, UnitKind } from "./ModelOrganization.ts"
import { idIn } from "./Plan.ts"

/** An event as it is stored: its type, and its data, read. */
export interface ModelEvent {
  readonly type: string
  readonly data: Fields
}

type Effect = (organization: ModelOrganization, fields: Fields) => Partial<ModelOrganization>

const root = (organization: ModelOrganization, changes: Fields) => ({ root: { ...organization.root, ...changes } })

/** Units with one or several of a kind changed, or new. */
const put = (
  { units }: Pick<ModelOrganization, "units">,
  kind: UnitKind,
  ids: ReadonlyArray<string>,
  change: (unit: Fields) => Fields
) => {
  const changed = new Map(units[kind])
  for (const id of ids) changed.set(id, { ...changed.get(id), ...change(changed.get(id) ?? {}) })
  return { units: { ...units, [kind]: changed } }
}

const picked = (fields: Fields, names: ReadonlyArray<string>): Fields =>
  Object.fromEntries(names.map((name) => [name, fields[name] ?? null]))

/** What `changes` of an update says of a record: fields that are null say nothing, those that are cleared become null. */
const changed = (fields: Fields): Fields => {
  const { cleared, ...values } = fields["changes"] as { readonly cleared: ReadonlyArray<string> }
  return Object.fromEntries([
    ...Object.entries(values).filter(([, value]) => value !== null),
    ...cleared.map((name) => [name, null])
  ])
}

const creates =
  (kind: UnitKind, idField: string, names: ReadonlyArray<string>, rest: Fields): Effect => (organization, fields) =>
    put(organization, kind, [idIn(fields, idField)!], () => ({ ...picked(fields, names), ...rest }))

const updates = (kind: UnitKind, idField: string): Effect => (organization, fields) =>
  put(organization, kind, [idIn(fields, idField)!], () => changed(fields))

const ids = (fields: Fields, list: string, name: string) =>
  (fields[list] as Record<string, ReadonlyArray<string>>)[name]!

/** What each event changes, and by that what it leaves alone: 6. */
const effects: Readonly<Record<string, Effect>> = {
  OrganizationCreated: (_, fields) => ({
    root: {
      ...picked(fields, ["name", "display_name", "description", "organization_type", "founded_date", "metadata"]),
      status: fields["initial_status"]!,
      declared_parent_id: fields["parent_id"]!,
      created_at: fields["occurred_at"]!,
      status_reason: null,
      dissolved_on: null
    }
  }),
  OrganizationUpdated: (organization, fields) => root(organization, changed(fields)),
  OrganizationStatusChanged: (organization, { new_status, reason }) =>
    root(organization, { status: new_status!, status_reason: reason! }),
  OrganizationDissolved: (organization, { effective_date, reason }) =>
    root(organization, { status: "Dissolved", status_reason: reason!, dissolved_on: effective_date! }),

  DepartmentCreated: creates("Department", "department_id", [
    "name",
    "code",
    "description",
    "parent_department_id",
    "head_role_id",
    "metadata"
  ], { status: "Active" }),
  DepartmentUpdated: updates("Department", "department_id"),
  DepartmentRestructured: (organization, { department_id, new_parent_id, restructure_type }) =>
    put(organization, "Department", [department_id as string], (unit) => ({
      parent_department_id: new_parent_id!,
      status: restructure_type === "Split" || restructure_type === "Merge" ? "Restructuring" : unit["status"]!
    })),
  DepartmentDissolved: (organization, fields) => {
    const to = fields["transfer_to"]!
    const moved = (name: string) => ids(fields, "transferred", name)
    const ended = put(organization, "Department", [idIn(fields, "department_id")!], () => ({
      head_role_id: null,
      status: "Dissolved"
    }))
    const below = put(ended, "Department", moved("department_ids"), () => ({ parent_department_id: to }))
    const teams = put(below, "Team", moved("team_ids"), () => ({ department_id: to }))
    return put(teams, "Role", moved("role_ids"), () => ({ department_id: to }))
  },

  TeamFormed: creates("Team", "team_id", [
    "name",
    "description",
    "team_type",
    "max_members",
    "department_id",
    "lead_role_id",
    "metadata"
  ], { status: "Forming" }),
  TeamUpdated: (organization, fields) => {
    const team = put(organization, "Team", [idIn(fields, "team_id")!], () => changed(fields))
    const department = (fields["changes"] as Fields)["department_id"]!
    return put(team, "Role", fields["moved_role_ids"] as ReadonlyArray<string>, () => ({ department_id: department }))
  },
  TeamDisbanded: (organization, fields) => {
    const id = idIn(fields, "team_id")!
    const to = idIn(fields, "members_transferred_to")
    const own = organization.units.Team.get(id)?.["department_id"] ?? null
    const target = to === null ? null : organization.units.Team.get(to)?.["department_id"] ?? null
    const ended = put(organization, "Team", [id], () => ({ lead_role_id: null, status: "Disbanded" }))
    return put(ended, "Role", ids(fields, "transferred", "role_ids"), (role) => {
      const before = role["department_id"]!
      const follows = before !== null && target !== null
      const department = to === null ? before ?? own : follows ? target : before
      return { team_id: to, department_id: department }
    })
  },

  RoleCreated: creates("Role", "role_id", [
    "title",
    "code",
    "description",
    "role_type",
    "level",
    "department_id",
    "team_id",
    "reports_to",
    "permissions",
    "responsibilities",
    "status",
    "dotted_line_to",
    "metadata"
  ], {}),
  RoleUpdated: updates("Role", "role_id"),
  RoleDeprecated: (organization, fields) => {
    const to = fields["replacement_role_id"]!
    const moved = (name: string) => ids(fields, "repointed", name)
    const above = idIn(fields["repointed"] as Fields, "replacement_reports_to")
    const id = idIn(fields, "role_id")!
    const isBelow = isUnder(organization, idIn(fields, "replacement_role_id"), id)
    const ended = put(organization, "Role", [id], () => ({ status: "Deprecated" }))
    const placed = isBelow ? put(ended, "Role", [to as string], () => ({ reports_to: above })) : ended
    const reports = put(placed, "Role", moved("report_role_ids"), () => ({ reports_to: to }))
    const heads = put(reports, "Department", moved("headed_department_ids"), () => ({ head_role_id: to }))
    const leads = put(heads, "Team", moved("led_team_ids"), () => ({ lead_role_id: to }))
    return moved("dotted_role_ids").reduce(
      (roles, each) => put(roles, "Role", [each], (role) => redrawn(role, each, id, to)),
      leads
    )
  },

  FacilityCreated: creates("Facility", "facility_id", [
    "name",
    "code",
    "description",
    "facility_type",
    "capacity",
    "parent_facility_id",
    "metadata"
  ], { status: "Active" }),
  FacilityUpdated: updates("Facility", "facility_id"),
  FacilityRemoved: (organization, fields) => {
    const to = (fields["reparented"] as Fields)["to"]!
    const gone = put(organization, "Facility", [idIn(fields, "facility_id")!], () => ({ status: "Removed" }))
    return put(gone, "Facility", ids(fields, "reparented", "facility_ids"), () => ({ parent_facility_id: to }))
  },

  ChildOrganizationAdded: ({ children }, { child_name, child_organization_id, child_type }) => ({
    children: new Map(children).set(child_organization_id as string, { name: child_name!, type: child_type! })
  }),
  ChildOrganizationRemoved: ({ children }, { child_organization_id }) => ({
    children: new Map([...children].filter(([id]) => id !== child_organization_id))
  })
}

/** Dotted lines of a role when another one is no more: to its replacement, where that is neither in them already nor the role itself. */
const redrawn = (role: Fields, own: string, gone: string, to: Json): Fields => {
  const lines = role["dotted_line_to"] as ReadonlyArray<Json>
  const isLost = to === null || to === own || lines.includes(to)
  return { dotted_line_to: lines.flatMap((line) => line !== gone ? [line] : isLost ? [] : [to]) }
}

const isUnder = ({ units }: ModelOrganization, id: string | null, above: string): boolean => {
  const seen = new Set<string>()
  for (let at = id; at !== null && !seen.has(at); at = idIn(units.Role.get(at) ?? {}, "reports_to")) {
    if (at === above) return true
    seen.add(at)
  }
  return false
}

/** The organization after an event that was stored. One that is not known changes nothing but the version. */
export const apply = (
  organization: ModelOrganization,
  { data, type }: ModelEvent,
  entry: ModelEntry
): ModelOrganization => {
  const row = eventTable[type]
  const effect = effects[type]
  // The one thing that is not copied: all versions of an organization share what is known of its commands.
  const entries = organization.entries as Map<string, ModelEntry>
  if (!entries.has(entry.commandId)) entries.set(entry.commandId, entry)
  const fields = row === undefined
    ? {}
    : Object.fromEntries(
      Object.entries(data).map((
        [key, value]
      ) => [key, readBack(value, { ...row.before, ...row.after }[key] ?? "as it is")])
    )
  const occurredAt = data["occurred_at"]
  return {
    ...organization,
    ...effect?.(organization, fields),
    version: organization.version + 1,
    updatedAt: typeof occurredAt === "string" ? occurredAt : organization.updatedAt
  }
}
