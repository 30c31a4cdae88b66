import type { Draw } from "./Draw.ts"

/** Fields of a command as a requester writes them. */
export type DrawnFields = Readonly<Record<string, unknown>>

type Recipe = (draw: Draw) => DrawnFields

const organizationTypes: readonly [unknown, ...ReadonlyArray<unknown>] = [
  "Corporation",
  "LLC",
  { Other: "Joint venture" },
  { NonProfit: null }
]
const statuses = [
  "Active",
  "Active",
  "Active",
  "Active",
  "Active",
  "Active",
  "Inactive",
  "Suspended",
  "Pending",
  "Dissolved",
  "Merged"
] as const
const departmentStatuses = ["Active", "Inactive", "Restructuring", "Dissolved"] as const
const restructureTypes = ["Transfer", "Transfer", "Promotion", "Demotion", "Split", "Merge"] as const
const teamTypes = ["Permanent", "Project", "Virtual"] as const
const teamStatuses = ["Forming", "Active", "OnHold", "Disbanding", "Disbanded"] as const
const roleTypes = ["Executive", "Technical", "Intern"] as const
const roleStatuses = ["Active", "Vacant", "Frozen", "Deprecated"] as const
/** Mostly what a role may be at first. */
const firstStatuses = ["Vacant", "Vacant", "Vacant", "Active", null, "Frozen"] as const
const facilityTypes: readonly [unknown, ...ReadonlyArray<unknown>] = ["Office", "Warehouse", { Other: "Hut" }]
const facilityStatuses = ["Active", "UnderConstruction", "Renovating", "Inactive", "Closed"] as const

/** Some of these fields, and some of those that may be cleared. */
const changes = (
  { random, some }: Draw,
  fields: Readonly<Record<string, () => unknown>>,
  clearable: ReadonlyArray<string>
): DrawnFields => {
  const names = some(Object.keys(fields), random.chance(0.5) ? 1 : 4)
  const free = clearable.filter((name) => !names.includes(name))
  return {
    ...Object.fromEntries(names.map((name) => [name, fields[name]!()])),
    ...(free.length > 0 && random.chance(0.25) ? { clear: some(free, 2) } : {})
  }
}

const metadata = ({ random, words }: Draw) =>
  random.pick<DrawnFields>([{}, { seat: words() }, { b: [1.5, null, { c: words() }], a: random.below(3) }, {
    a: 1,
    seat: "x"
  }])

const texts = ({ some }: Draw) => some(["ViewReports", "CreateRole", "ViewReports", "sing"], 4)

/** What any unit may have. */
const free = (draw: Draw): DrawnFields => draw.random.chance(0.3) ? { metadata: metadata(draw) } : {}

/** What is said of why. */
const reasonOrNone = ({ random }: Draw): DrawnFields => random.chance(0.4) ? { reason: "Because" } : {}

/** How each kind of command is drawn. Fields of ids of what is created are left to the mix. */
export const recipes: Readonly<Record<string, Recipe>> = {
  CreateOrganization: (draw) => ({
    name: draw.words(),
    organization_type: draw.random.pick(organizationTypes),
    ...(draw.random.chance(0.2) ? { initial_status: "Pending" } : {}),
    ...(draw.random.chance(0.3) ? { founded_date: draw.date() } : {}),
    ...(draw.random.chance(0.5) ? { description: draw.longer(), metadata: metadata(draw) } : {}),
    ...(draw.random.chance(0.2) ? { display_name: draw.words() } : {}),
    ...(draw.random.chance(0.1) ? { parent_id: draw.newId() } : {})
  }),
  UpdateOrganization: (draw) =>
    changes(draw, {
      name: draw.words,
      display_name: draw.words,
      description: draw.longer,
      metadata: () => metadata(draw),
      organization_type: () => draw.random.pick(organizationTypes),
      founded_date: draw.date,
      status: () => draw.random.pick(statuses)
    }, ["description", "founded_date"]),
  DissolveOrganization: (draw) => ({ reason: "The end", effective_date: draw.date() }),
  MergeOrganizations: (draw) => ({
    merged_organization_id: draw.newId(),
    merger_type: "Merger",
    effective_date: draw.date()
  }),
  ChangeOrganizationStatus: (draw) => ({
    new_status: draw.random.pick(statuses),
    reason: draw.random.chance(0.85) ? "Because" : null
  }),
  CreateDepartment: (draw) => ({
    name: draw.words(),
    code: draw.codeOrNone(),
    parent_department_id: draw.unitOrNone("Department"),
    description: draw.random.chance(0.5) ? draw.longer() : null,
    ...(draw.random.chance(0.3) ? { head_role_id: draw.unitOrNone("Role") } : {}),
    ...free(draw)
  }),
  UpdateDepartment: (draw) => ({
    department_id: draw.unit("Department"),
    ...changes(draw, {
      name: draw.words,
      code: draw.code,
      description: draw.longer,
      head_role_id: () => draw.unit("Role"),
      status: () => draw.random.pick(departmentStatuses),
      metadata: () => metadata(draw)
    }, ["description", "head_role_id"])
  }),
  RestructureDepartment: (draw) => ({
    department_id: draw.unit("Department"),
    new_parent_id: draw.unitOrNone("Department"),
    restructure_type: draw.random.pick(restructureTypes),
    ...reasonOrNone(draw)
  }),
  DissolveDepartment: (draw) => ({
    department_id: draw.unit("Department"),
    reason: "Over",
    transfer_to: draw.unitOrNone("Department")
  }),
  CreateTeam: (draw) => ({
    name: draw.words(),
    team_type: draw.random.pick(teamTypes),
    department_id: draw.unitOrNone("Department"),
    max_members: draw.random.chance(0.5) ? 1 + draw.random.below(3) : null,
    description: draw.random.chance(0.3) ? draw.longer() : null,
    ...(draw.random.chance(0.3) ? { lead_role_id: draw.unitOrNone("Role") } : {}),
    ...free(draw)
  }),
  UpdateTeam: (draw) => ({
    team_id: draw.unit("Team"),
    ...changes(draw, {
      name: draw.words,
      description: draw.longer,
      lead_role_id: () => draw.unit("Role"),
      max_members: () => 1 + draw.random.below(3),
      status: () => draw.random.pick(teamStatuses),
      department_id: () => draw.unit("Department"),
      team_type: () => draw.random.pick(teamTypes),
      metadata: () => metadata(draw)
    }, ["description", "lead_role_id", "max_members", "department_id"])
  }),
  DisbandTeam: (draw) => ({ team_id: draw.unit("Team"), reason: "Over", members_transfer_to: draw.unitOrNone("Team") }),
  CreateRole: (draw) => ({
    title: draw.words(),
    code: draw.codeOrNone(),
    role_type: draw.random.pick(roleTypes),
    level: draw.random.chance(0.5) ? draw.random.below(256) : null,
    department_id: draw.unitOrNone("Department"),
    team_id: draw.unitOrNone("Team"),
    reports_to: draw.unitOrNone("Role"),
    ...(draw.random.chance(0.3) ? { permissions: texts(draw), responsibilities: texts(draw) } : {}),
    ...(draw.random.chance(0.3) ? { status: draw.random.pick(firstStatuses) } : {}),
    ...(draw.random.chance(0.7) ? { dotted_line_to: draw.lines() } : {}),
    ...free(draw)
  }),
  UpdateRole: (draw) => ({
    role_id: draw.unit("Role"),
    ...changes(draw, {
      title: draw.words,
      description: draw.longer,
      level: () => draw.random.below(4),
      reports_to: () => draw.unit("Role"),
      permissions: () => texts(draw),
      responsibilities: () => draw.random.chance(0.3) ? [] : texts(draw),
      status: () => draw.random.pick(roleStatuses),
      code: draw.code,
      department_id: () => draw.unit("Department"),
      team_id: () => draw.unit("Team"),
      role_type: () => draw.random.pick(roleTypes),
      dotted_line_to: draw.lines,
      metadata: () => metadata(draw)
    }, ["description", "level", "reports_to", "department_id", "team_id"])
  }),
  DeprecateRole: (draw) => ({
    role_id: draw.unit("Role"),
    reason: "Split",
    replacement_role_id: draw.unitOrNone("Role"),
    effective_date: draw.date()
  }),
  CreateFacility: (draw) => ({
    name: draw.words(),
    code: draw.codeOrNone(),
    facility_type: draw.random.pick(facilityTypes),
    capacity: draw.random.chance(0.5) ? draw.random.below(500) : null,
    parent_facility_id: draw.unitOrNone("Facility"),
    ...free(draw)
  }),
  UpdateFacility: (draw) => ({
    facility_id: draw.unit("Facility"),
    ...changes(draw, {
      name: draw.words,
      code: draw.code,
      description: draw.longer,
      capacity: () => draw.random.below(3),
      status: () => draw.random.pick(facilityStatuses),
      parent_facility_id: () => draw.unit("Facility"),
      facility_type: () => draw.random.pick(facilityTypes),
      metadata: () => metadata(draw)
    }, ["description", "capacity", "parent_facility_id"])
  }),
  RemoveFacility: (draw) => ({
    facility_id: draw.unit("Facility"),
    reason: "Lease ended",
    ...draw.random.pick<DrawnFields>([
      {},
      { transfer_children_to: draw.unit("Facility") },
      { promote_children: true },
      { promote_children: false, transfer_children_to: null }
    ])
  }),
  AddChildOrganization: (draw) => ({
    child_organization_id: childOf(draw),
    child_name: draw.words(),
    child_type: draw.random.pick(organizationTypes)
  }),
  RemoveChildOrganization: (draw) => ({
    child_organization_id: childOf(draw),
    ...(draw.random.chance(0.5) ? { reason: "Spun off" } : {})
  })
}

/** One of a few, so that adding and removing meet. */
const childOf = ({ random }: Draw) => `0198c0de-0000-7000-8000-00000000000${random.below(5)}`

/** How often each kind comes: mostly those that build and change, seldom those that end everything. */
const weights: Readonly<Record<string, number>> = {
  CreateOrganization: 3,
  UpdateOrganization: 22,
  DissolveOrganization: 2,
  MergeOrganizations: 1,
  ChangeOrganizationStatus: 9,
  CreateDepartment: 10,
  UpdateDepartment: 7,
  RestructureDepartment: 7,
  DissolveDepartment: 3,
  CreateTeam: 6,
  UpdateTeam: 7,
  DisbandTeam: 2,
  CreateRole: 12,
  UpdateRole: 16,
  DeprecateRole: 8,
  CreateFacility: 6,
  UpdateFacility: 6,
  RemoveFacility: 2,
  AddChildOrganization: 4,
  RemoveChildOrganization: 2
}

/** Kinds of commands, each as often as it comes. */
export const lottery: ReadonlyArray<string> = Object.entries(weights).flatMap(([type, weight]) =>
  Array.from({ length: weight }, () => type)
)
