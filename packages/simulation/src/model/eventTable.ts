import type { Fields, Json } from "./Json.ts"
import { isFields } from "./Json.ts"

/** How the value of a key of an event is written: ids as objects or plain, in lists, in objects of their own; anything else as it is. */
type Written = "as it is" | "plain" | "entity" | "entities" | { readonly [key: string]: Written }

/** A kind of event. */
export interface EventRow {
  /** What its subject ends with. */
  readonly token: string
  /** The keys between its identity and the moment when it occurred, and those after it, in order. */
  readonly before: Readonly<Record<string, Written>>
  readonly after: Readonly<Record<string, Written>>
}

const is = "as it is"

/** All kinds of events: 3.4 and 4.2. What 6.4 adds comes when `notYet` has no line on it. */
export const eventTable: Readonly<Record<string, EventRow>> = {
  OrganizationCreated: {
    token: "created",
    before: {
      organization_id: "entity",
      name: is,
      display_name: is,
      organization_type: is,
      parent_id: "entity",
      metadata: is
    },
    after: { description: is, founded_date: is, initial_status: is }
  },
  OrganizationUpdated: { token: "updated", before: { organization_id: "entity", changes: is }, after: {} },
  OrganizationStatusChanged: {
    token: "status_changed",
    before: { organization_id: "entity", new_status: is, previous_status: is, reason: is },
    after: {}
  },
  OrganizationDissolved: {
    token: "dissolved",
    before: { organization_id: "entity", reason: is, effective_date: is },
    after: {}
  },
  DepartmentCreated: {
    token: "department_created",
    before: {
      department_id: "entity",
      organization_id: "entity",
      parent_department_id: "entity",
      name: is,
      code: is
    },
    after: { description: is, head_role_id: "entity", metadata: is }
  },
  DepartmentUpdated: {
    token: "department_updated",
    before: { department_id: "entity", organization_id: "entity", changes: { head_role_id: "entity" } },
    after: {}
  },
  DepartmentRestructured: {
    token: "department_restructured",
    before: {
      department_id: "entity",
      organization_id: "entity",
      new_parent_id: "entity",
      restructure_type: is
    },
    after: { previous_parent_id: "entity", reason: is }
  },
  DepartmentDissolved: {
    token: "department_dissolved",
    before: { department_id: "entity", organization_id: "entity", reason: is, transfer_to: "entity" },
    after: { transferred: { department_ids: "entities", team_ids: "entities", role_ids: "entities" } }
  },
  TeamFormed: {
    token: "team_formed",
    before: {
      team_id: "entity",
      organization_id: "entity",
      department_id: "entity",
      name: is,
      team_type: is
    },
    after: { description: is, max_members: is, lead_role_id: "entity", metadata: is }
  },
  TeamUpdated: {
    token: "team_updated",
    before: {
      team_id: "entity",
      organization_id: "entity",
      changes: { lead_role_id: "entity", department_id: "entity" }
    },
    after: { moved_role_ids: "entities" }
  },
  TeamDisbanded: {
    token: "team_disbanded",
    before: { team_id: "entity", organization_id: "entity", reason: is, members_transferred_to: "entity" },
    after: { transferred: { role_ids: "entities" } }
  },
  RoleCreated: {
    token: "role_created",
    before: {
      role_id: "entity",
      organization_id: "entity",
      department_id: "entity",
      team_id: "entity",
      title: is,
      code: is,
      description: is,
      role_type: is,
      level: is,
      reports_to: "entity",
      permissions: is,
      responsibilities: is
    },
    after: { status: is, dotted_line_to: "entities", metadata: is }
  },
  RoleUpdated: {
    token: "role_updated",
    before: {
      role_id: "entity",
      organization_id: "entity",
      changes: { reports_to: "entity", department_id: "entity", team_id: "entity", dotted_line_to: "entities" }
    },
    after: {}
  },
  RoleDeprecated: {
    token: "role_deprecated",
    before: {
      role_id: "entity",
      organization_id: "entity",
      reason: is,
      replacement_role_id: "entity",
      effective_date: is
    },
    after: {
      repointed: {
        report_role_ids: "entities",
        replacement_reports_to: "entity",
        headed_department_ids: "entities",
        led_team_ids: "entities",
        dotted_role_ids: "entities"
      }
    }
  },
  FacilityCreated: {
    token: "facility_created",
    before: {
      facility_id: "entity",
      organization_id: "entity",
      name: is,
      code: is,
      facility_type: is,
      description: is,
      capacity: is,
      parent_facility_id: "entity"
    },
    after: { metadata: is }
  },
  FacilityUpdated: {
    token: "facility_updated",
    before: { facility_id: "entity", organization_id: "entity", changes: { parent_facility_id: "entity" } },
    after: {}
  },
  FacilityRemoved: {
    token: "facility_removed",
    before: { facility_id: "entity", organization_id: "entity", reason: is },
    after: { reparented: { facility_ids: "entities", to: "entity" } }
  },
  ChildOrganizationAdded: {
    token: "child_added",
    before: { parent_organization_id: "entity", child_organization_id: "plain", child_name: is, child_type: is },
    after: {}
  },
  ChildOrganizationRemoved: {
    token: "child_removed",
    before: { parent_organization_id: "entity", child_organization_id: "plain" },
    after: { reason: is }
  }
}

/** A value as an event writes it. */
export const write = (value: Json, written: Written): Json => {
  if (value === null || written === "as it is" || written === "plain") return value
  if (written === "entity") return { id: value }
  if (written === "entities") return (value as ReadonlyArray<Json>).map((id) => ({ id }))
  const fields = value as Fields
  return Object.fromEntries(Object.keys(fields).map((key) => [key, write(fields[key]!, written[key] ?? "as it is")]))
}

/** The same value with ids as plain texts, as records keep them. */
export const readBack = (value: Json, written: Written): Json => {
  if (value === null || written === "as it is" || written === "plain") return value
  if (written === "entity") return isFields(value) ? value["id"] ?? null : value
  if (written === "entities") return (value as ReadonlyArray<Fields>).map((each) => each["id"]!)
  const fields = value as Fields
  return Object.fromEntries(Object.keys(fields).map((key) => [key, readBack(fields[key]!, written[key] ?? "as it is")]))
}
