import { isJsonObject } from "../wire/parseJson.ts"
import { currentSchemaVersion } from "./event.ts"

type JsonObject = { readonly [key: string]: unknown }

/** What version 2 added to each event, with the value that says the same as its absence in version 1. */
const addedInVersion2: Readonly<Record<string, JsonObject>> = {
  OrganizationCreated: { description: null, founded_date: null, initial_status: "Active" },
  OrganizationMerged: { recorded_on: "surviving" },
  DepartmentCreated: { description: null },
  DepartmentRestructured: { previous_parent_id: null },
  DepartmentDissolved: { transferred: null },
  TeamFormed: { description: null, max_members: null },
  TeamUpdated: { moved_role_ids: [] },
  TeamDisbanded: { transferred: null },
  RoleDeprecated: { repointed: null },
  FacilityRemoved: { reparented: null },
  ChildOrganizationRemoved: { reason: null }
}

const changesAddedInVersion2: Readonly<Record<string, JsonObject>> = {
  OrganizationUpdated: { organization_type: null, founded_date: null, cleared: [] },
  DepartmentUpdated: { cleared: [] },
  TeamUpdated: { department_id: null, team_type: null, cleared: [] },
  RoleUpdated: { code: null, department_id: null, team_id: null, role_type: null, cleared: [] },
  FacilityUpdated: { facility_type: null, cleared: [] }
}

const from1to2 = (event: JsonObject): JsonObject => {
  const type = String(event["event_type"])
  const changes = changesAddedInVersion2[type]
  return {
    ...addedInVersion2[type],
    ...event,
    ...(changes !== undefined && isJsonObject(event["changes"])
      ? { changes: { ...changes, ...event["changes"] } }
      : {}),
    issued_by: event["issued_by"] ?? null,
    schema_version: 2
  }
}

/** The step that leads from each older version to the next one. */
const steps: Readonly<Record<number, (event: JsonObject) => JsonObject>> = { 1: from1to2 }

/** The version of the shape of a stored event; events without one have version 1. `null` when it is no such number. */
export const schemaVersionOf = (event: JsonObject): number | null => {
  const version = event["schema_version"] ?? 1
  return typeof version === "number" && Number.isSafeInteger(version) && version >= 1 ? version : null
}

/** Brings the JSON of a stored event to the current shape, one version at a time; newer and current events stay as they are. */
export const upcast = (event: JsonObject): JsonObject => {
  let current = event
  let version = schemaVersionOf(event) ?? currentSchemaVersion
  for (let step = steps[version]; step !== undefined; step = steps[version]) {
    current = step(current)
    version += 1
  }
  return current
}
