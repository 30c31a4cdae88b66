import { HashMap } from "effect"
import type { CommandType } from "../OrganizationCommand.ts"
import type { Draws } from "./drawsFrom.ts"

/** The fields of a command, those that every command has aside. */
export type Fields = Readonly<Record<string, unknown>>

const organizationFields = (
  { choose, one, maybe, name, description, organizationType, date, reason, otherOrganization }: Draws
) => ({
  CreateOrganization: () => ({
    name: name(),
    display_name: name(),
    description: description(),
    organization_type: organizationType(),
    parent_id: maybe(() => otherOrganization()),
    founded_date: maybe(date),
    metadata: one({}, { industry: "technology" }),
    initial_status: one("Active", "Active", "Pending")
  }),
  UpdateOrganization: () => ({
    name: maybe(name),
    display_name: maybe(name),
    description: description(),
    status: choose(10) === 0 ? one("Active", "Inactive") : null,
    metadata: maybe(() => one<unknown>({}, { a: [1, null] })),
    organization_type: maybe(organizationType),
    founded_date: maybe(date)
  }),
  DissolveOrganization: () => ({ reason: reason(), effective_date: date() }),
  MergeOrganizations: () => ({
    merged_organization_id: otherOrganization(),
    merger_type: "Acquisition",
    effective_date: date()
  }),
  ChangeOrganizationStatus: () => ({
    new_status: choose(3) === 0 ? one("Inactive", "Suspended", "Pending", "Dissolved", "Merged") : "Active",
    reason: maybe(reason) ?? (choose(4) === 0 ? null : "why")
  }),
  AddChildOrganization: () => ({
    child_organization_id: otherOrganization(),
    child_name: name(),
    child_type: organizationType()
  }),
  RemoveChildOrganization: () => ({ child_organization_id: otherOrganization(), reason: maybe(reason) })
})

const departmentFields = (
  { choose, one, maybe, name, code, codeOrNull, unit, unitOrNull, newId, description, reason, metadata }: Draws
) => ({
  CreateDepartment: () => ({
    department_id: newId("Department"),
    parent_department_id: unitOrNull("Department"),
    name: name(),
    code: codeOrNull(),
    description: description(),
    head_role_id: choose(4) === 0 ? unitOrNull("Role") : null,
    metadata: metadata()
  }),
  UpdateDepartment: () => ({
    department_id: unit("Department"),
    name: maybe(name),
    code: maybe(code),
    description: description(),
    head_role_id: maybe(() => unitOrNull("Role")),
    status: maybe(() => one("Active", "Inactive", "Restructuring", "Dissolved")),
    metadata: maybe(metadata)
  }),
  RestructureDepartment: () => ({
    department_id: unit("Department"),
    new_parent_id: unitOrNull("Department"),
    restructure_type: one("Transfer", "Transfer", "Promotion", "Demotion", "Split", "Merge"),
    reason: maybe(reason)
  }),
  DissolveDepartment: () => ({
    department_id: unit("Department"),
    reason: reason(),
    transfer_to: unitOrNull("Department")
  })
})

const teamFields = ({ choose, one, maybe, name, unit, unitOrNull, newId, description, reason, metadata }: Draws) => ({
  CreateTeam: () => ({
    team_id: newId("Team"),
    department_id: unitOrNull("Department"),
    name: name(),
    description: description(),
    team_type: one("Permanent", "Project"),
    max_members: maybe(() => 1 + choose(9)),
    lead_role_id: choose(4) === 0 ? unitOrNull("Role") : null,
    metadata: metadata()
  }),
  UpdateTeam: () => ({
    team_id: unit("Team"),
    name: maybe(name),
    description: description(),
    lead_role_id: maybe(() => unitOrNull("Role")),
    max_members: maybe(() => 1 + choose(9)),
    status: maybe(() => one("Forming", "Active", "OnHold", "Disbanding", "Disbanded")),
    department_id: maybe(() => unitOrNull("Department")),
    team_type: maybe(() => one("Permanent", "Virtual")),
    metadata: maybe(metadata)
  }),
  DisbandTeam: () => ({ team_id: unit("Team"), reason: reason(), members_transfer_to: unitOrNull("Team") })
})

const newRole = (
  { choose, state, one, maybe, name, codeOrNull, unitOrNull, newId, description, texts, dottedLine, metadata }: Draws
) => {
  const team_id = maybe(() => unitOrNull("Team"))
  const team = HashMap.toEntries(state.teams).find(([id]) => id === team_id)?.[1]
  return {
    role_id: newId("Role"),
    department_id: choose(3) === 0 ? unitOrNull("Department") : team?.department_id ?? null,
    team_id,
    title: name(),
    code: codeOrNull(),
    description: description(),
    role_type: one("Executive", "Technical"),
    level: maybe(() => choose(256)),
    reports_to: unitOrNull("Role"),
    permissions: texts(),
    responsibilities: texts(),
    status: one("Active", "Active", "Vacant"),
    dotted_line_to: dottedLine(),
    metadata: metadata()
  }
}

const roleFields = (draws: Draws) => {
  const { choose, one, maybe, name, code, unit, unitOrNull, description, date, reason, texts, dottedLine } = draws
  return {
    CreateRole: () => newRole(draws),
    UpdateRole: () => ({
      role_id: unit("Role"),
      title: maybe(name),
      description: description(),
      level: maybe(() => choose(256)),
      reports_to: maybe(() => unitOrNull("Role")),
      permissions: maybe(texts),
      responsibilities: maybe(texts),
      status: maybe(() => one("Active", "Vacant", "Frozen", "Deprecated")),
      code: maybe(code),
      department_id: choose(8) === 0 ? unitOrNull("Department") : null,
      team_id: choose(4) === 0 ? unitOrNull("Team") : null,
      role_type: maybe(() => one("Executive", "Support")),
      dotted_line_to: maybe(dottedLine),
      metadata: maybe(draws.metadata)
    }),
    DeprecateRole: () => ({
      role_id: unit("Role"),
      reason: reason(),
      replacement_role_id: unitOrNull("Role"),
      effective_date: date()
    })
  }
}

const facilityFields = (
  { choose, one, maybe, name, code, codeOrNull, unit, unitOrNull, newId, description, facilityType, reason, metadata }:
    Draws
) => ({
  CreateFacility: () => ({
    facility_id: newId("Facility"),
    name: name(),
    code: codeOrNull(),
    facility_type: facilityType(),
    description: description(),
    capacity: maybe(() => choose(100)),
    parent_facility_id: unitOrNull("Facility"),
    metadata: metadata()
  }),
  UpdateFacility: () => ({
    facility_id: unit("Facility"),
    name: maybe(name),
    code: maybe(code),
    description: description(),
    capacity: maybe(() => choose(100)),
    status: maybe(() => one("Active", "UnderConstruction", "Renovating", "Inactive", "Closed")),
    parent_facility_id: maybe(() => unitOrNull("Facility")),
    facility_type: maybe(facilityType),
    metadata: maybe(metadata)
  }),
  RemoveFacility: () => {
    const transfer_children_to = unitOrNull("Facility")
    return {
      facility_id: unit("Facility"),
      reason: reason(),
      transfer_children_to,
      promote_children: transfer_children_to === null && choose(3) > 0
    }
  }
})

/** Makes the fields of a command of each type. */
export const fieldsOf = (draws: Draws): Readonly<Record<CommandType, () => Fields>> => ({
  ...organizationFields(draws),
  ...departmentFields(draws),
  ...teamFields(draws),
  ...roleFields(draws),
  ...facilityFields(draws)
})
