import type { Json } from "./Json.ts"
import type { UnitKind } from "./ModelOrganization.ts"
import * as value from "./values.ts"

/** A field of a command: what may stand in it, what it is when it is absent or null, and how an id in it is written. */
export interface CommandField {
  readonly value: value.Value
  /** `"required"`, or what it is without anybody saying so. */
  readonly absent: Json
  readonly written: "plain" | "entity" | "entities"
  /** What it says when it is absent, where the field was added later: a repetition of a command from before says the same. */
  readonly unsaid?: Json
}

/** A kind of command. */
export interface CommandRow {
  /** What a subject calls it, and what the README of the original does. */
  readonly token: string
  readonly short?: string
  /** The field with the organization that it goes to. */
  readonly addressed: string
  /** What it creates, and the field of its id. */
  readonly creates?: readonly ["organization" | "department" | "team" | "role" | "facility", string]
  /** The unit that it is about, and the field of its id. */
  readonly about?: readonly [UnitKind, string]
  /** In which status of the organization it is allowed; `null` when there must be none. */
  readonly allowedIn: ReadonlyArray<string> | null
  /** Its own fields, in the order in which they are written. */
  readonly fields: Readonly<Record<string, CommandField>>
  /** Fields that `clear` may name. */
  readonly clearable: ReadonlyArray<string>
}

const must = (value: value.Value): CommandField => ({ value, absent: "required", written: "plain" })
const may = (value: value.Value, absent: CommandField["absent"] = null): CommandField => ({
  value,
  absent,
  written: "plain"
})
const entity: CommandField = { value: value.id, absent: "required", written: "entity" }
const anEntity: CommandField = { ...entity, absent: null }
const plainId = must(value.id)
const dottedLines: CommandField = { value: value.ids(10), absent: null, written: "entities" }

const organizationType = value.oneOfOr(
  "Corporation",
  "NonProfit",
  "Government",
  "Partnership",
  "SoleProprietorship",
  "Cooperative",
  "LLC"
)
const organizationStatus = value.oneOf("Pending", "Active", "Inactive", "Suspended", "Dissolved", "Merged")
const departmentStatus = value.oneOf("Active", "Inactive", "Restructuring", "Dissolved")
const restructureType = value.oneOf("Promotion", "Demotion", "Transfer", "Split", "Merge")
const teamType = value.oneOf("Permanent", "Project", "CrossFunctional", "Virtual", "SelfManaged", "TaskForce")
const teamStatus = value.oneOf("Forming", "Active", "OnHold", "Disbanding", "Disbanded")
const roleType = value.oneOf(
  "Executive",
  "Management",
  "Technical",
  "Administrative",
  "Operational",
  "Support",
  "Contractor",
  "Intern"
)
const roleStatus = value.oneOf("Active", "Vacant", "Deprecated", "Frozen")
const facilityType = value.oneOfOr(
  "Headquarters",
  "Office",
  "Warehouse",
  "Factory",
  "RetailStore",
  "DataCenter",
  "Laboratory",
  "ServiceCenter"
)
const facilityStatus = value.oneOf("Active", "UnderConstruction", "Renovating", "Inactive", "Closed")
const mergerType = value.oneOf("Acquisition", "Merger", "Consolidation", "Absorption")
const permissions = value.texts(100)
const responsibilities = value.texts(500)

const building = ["Pending", "Active"]
const changing = ["Pending", "Active", "Inactive"]
const always = ["Pending", "Active", "Inactive", "Suspended"]

const toIt = { addressed: "organization_id", clearable: [] as ReadonlyArray<string> }

/** All twenty commands: 3.3, 5.2 and 6. */
export const commandTable: Readonly<Record<string, CommandRow>> = {
  CreateOrganization: {
    ...toIt,
    token: "create_organization",
    short: "create",
    creates: ["organization", "organization_id"],
    allowedIn: null,
    fields: {
      name: must(value.name),
      display_name: may(value.name),
      description: may(value.description),
      organization_type: must(organizationType),
      parent_id: anEntity,
      founded_date: may(value.date),
      metadata: may(value.metadata, {}),
      organization_id: anEntity,
      initial_status: may(value.oneOf("Active", "Pending"), "Active")
    }
  },
  UpdateOrganization: {
    ...toIt,
    token: "update_organization",
    short: "update",
    allowedIn: always,
    clearable: ["description", "founded_date"],
    fields: {
      organization_id: entity,
      name: may(value.name),
      display_name: may(value.name),
      description: may(value.description),
      status: may(organizationStatus),
      metadata: may(value.metadata),
      organization_type: may(organizationType),
      founded_date: may(value.date)
    }
  },
  DissolveOrganization: {
    ...toIt,
    token: "dissolve_organization",
    short: "dissolve",
    allowedIn: always,
    fields: { organization_id: entity, reason: must(value.reason), effective_date: must(value.date) }
  },
  MergeOrganizations: {
    ...toIt,
    token: "merge_organizations",
    short: "merge",
    addressed: "surviving_organization_id",
    allowedIn: ["Active"],
    fields: {
      surviving_organization_id: entity,
      merged_organization_id: entity,
      merger_type: must(mergerType),
      effective_date: must(value.date)
    }
  },
  ChangeOrganizationStatus: {
    ...toIt,
    token: "change_organization_status",
    short: "change_status",
    allowedIn: always,
    fields: { organization_id: plainId, new_status: must(organizationStatus), reason: may(value.reason) }
  },
  CreateDepartment: {
    ...toIt,
    token: "create_department",
    creates: ["department", "department_id"],
    allowedIn: building,
    fields: {
      organization_id: entity,
      parent_department_id: anEntity,
      name: must(value.name),
      code: may(value.code),
      description: may(value.description),
      department_id: anEntity,
      head_role_id: anEntity,
      metadata: may(value.unitMetadata, {})
    }
  },
  UpdateDepartment: {
    ...toIt,
    token: "update_department",
    about: ["Department", "department_id"],
    allowedIn: changing,
    clearable: ["description", "head_role_id"],
    fields: {
      department_id: entity,
      organization_id: entity,
      name: may(value.name),
      code: may(value.code),
      description: may(value.description),
      head_role_id: anEntity,
      status: may(departmentStatus),
      metadata: may(value.unitMetadata)
    }
  },
  RestructureDepartment: {
    ...toIt,
    token: "restructure_department",
    about: ["Department", "department_id"],
    allowedIn: changing,
    fields: {
      department_id: entity,
      organization_id: entity,
      new_parent_id: anEntity,
      restructure_type: must(restructureType),
      reason: may(value.reason)
    }
  },
  DissolveDepartment: {
    ...toIt,
    token: "dissolve_department",
    about: ["Department", "department_id"],
    allowedIn: changing,
    fields: { department_id: entity, organization_id: entity, reason: must(value.reason), transfer_to: anEntity }
  },
  CreateTeam: {
    ...toIt,
    token: "create_team",
    creates: ["team", "team_id"],
    allowedIn: building,
    fields: {
      organization_id: entity,
      department_id: anEntity,
      name: must(value.name),
      description: may(value.description),
      team_type: must(teamType),
      max_members: may(value.maxMembers),
      team_id: anEntity,
      lead_role_id: anEntity,
      metadata: may(value.unitMetadata, {})
    }
  },
  UpdateTeam: {
    ...toIt,
    token: "update_team",
    about: ["Team", "team_id"],
    allowedIn: changing,
    clearable: ["description", "lead_role_id", "max_members", "department_id"],
    fields: {
      team_id: entity,
      organization_id: entity,
      name: may(value.name),
      description: may(value.description),
      lead_role_id: anEntity,
      max_members: may(value.maxMembers),
      status: may(teamStatus),
      department_id: anEntity,
      team_type: may(teamType),
      metadata: may(value.unitMetadata)
    }
  },
  DisbandTeam: {
    ...toIt,
    token: "disband_team",
    about: ["Team", "team_id"],
    allowedIn: changing,
    fields: { team_id: entity, organization_id: entity, reason: must(value.reason), members_transfer_to: anEntity }
  },
  CreateRole: {
    ...toIt,
    token: "create_role",
    creates: ["role", "role_id"],
    allowedIn: building,
    fields: {
      organization_id: entity,
      department_id: anEntity,
      team_id: anEntity,
      title: must(value.name),
      code: may(value.code),
      description: may(value.description),
      role_type: must(roleType),
      level: may(value.level),
      reports_to: anEntity,
      permissions: may(permissions, []),
      responsibilities: may(responsibilities, []),
      role_id: anEntity,
      status: { ...may(value.oneOf("Active", "Vacant"), "Active"), unsaid: "Active" },
      dotted_line_to: { ...dottedLines, absent: [] },
      metadata: may(value.unitMetadata, {})
    }
  },
  UpdateRole: {
    ...toIt,
    token: "update_role",
    about: ["Role", "role_id"],
    allowedIn: changing,
    clearable: ["description", "level", "reports_to", "department_id", "team_id"],
    fields: {
      role_id: entity,
      organization_id: entity,
      title: may(value.name),
      description: may(value.description),
      level: may(value.level),
      reports_to: anEntity,
      permissions: may(permissions),
      responsibilities: may(responsibilities),
      status: may(roleStatus),
      code: may(value.code),
      department_id: anEntity,
      team_id: anEntity,
      role_type: may(roleType),
      dotted_line_to: dottedLines,
      metadata: may(value.unitMetadata)
    }
  },
  DeprecateRole: {
    ...toIt,
    token: "deprecate_role",
    about: ["Role", "role_id"],
    allowedIn: changing,
    fields: {
      role_id: entity,
      organization_id: entity,
      reason: must(value.reason),
      replacement_role_id: anEntity,
      effective_date: must(value.date)
    }
  },
  CreateFacility: {
    ...toIt,
    token: "create_facility",
    creates: ["facility", "facility_id"],
    allowedIn: building,
    fields: {
      organization_id: entity,
      name: must(value.name),
      code: may(value.code),
      facility_type: must(facilityType),
      description: may(value.description),
      capacity: may(value.capacity),
      parent_facility_id: anEntity,
      facility_id: anEntity,
      metadata: may(value.unitMetadata, {})
    }
  },
  UpdateFacility: {
    ...toIt,
    token: "update_facility",
    about: ["Facility", "facility_id"],
    allowedIn: changing,
    clearable: ["description", "capacity", "parent_facility_id"],
    fields: {
      facility_id: entity,
      organization_id: entity,
      name: may(value.name),
      code: may(value.code),
      description: may(value.description),
      capacity: may(value.capacity),
      status: may(facilityStatus),
      parent_facility_id: anEntity,
      facility_type: may(facilityType),
      metadata: may(value.unitMetadata)
    }
  },
  RemoveFacility: {
    ...toIt,
    token: "remove_facility",
    about: ["Facility", "facility_id"],
    allowedIn: changing,
    fields: {
      facility_id: entity,
      organization_id: entity,
      reason: must(value.reason),
      transfer_children_to: anEntity,
      promote_children: may(value.flag, false)
    }
  },
  AddChildOrganization: {
    ...toIt,
    token: "add_child_organization",
    addressed: "parent_organization_id",
    allowedIn: building,
    fields: {
      parent_organization_id: plainId,
      child_organization_id: plainId,
      child_name: must(value.name),
      child_type: must(organizationType)
    }
  },
  RemoveChildOrganization: {
    ...toIt,
    token: "remove_child_organization",
    addressed: "parent_organization_id",
    allowedIn: always,
    fields: { parent_organization_id: plainId, child_organization_id: plainId, reason: may(value.reason) }
  }
}
