import type { CommandType } from "./OrganizationCommand.ts"
import type { EventType } from "./OrganizationEvent.ts"

/** Where commands are sent; a subject below it names the organization and the command. */
export const commandPrefix = "organization.commands"

/** What a replica subscribes to. */
export const commandSubscription = `${commandPrefix}.>`

/** The queue group of all replicas, so that each command reaches one of them. */
export const commandQueueGroup = "organization-service"

/** Where events are stored, as `<prefix>.<organization id>.<event token>`. */
export const eventPrefix = "organization.events"

/** Where snapshots are stored, as `<prefix>.<organization id>`. */
export const snapshotPrefix = "organization.snapshots"

/** The name of each event type in a subject. */
export const eventTokens: Readonly<Record<EventType, string>> = {
  OrganizationCreated: "created",
  OrganizationUpdated: "updated",
  OrganizationDissolved: "dissolved",
  OrganizationMerged: "merged",
  OrganizationStatusChanged: "status_changed",
  DepartmentCreated: "department_created",
  DepartmentUpdated: "department_updated",
  DepartmentRestructured: "department_restructured",
  DepartmentDissolved: "department_dissolved",
  TeamFormed: "team_formed",
  TeamUpdated: "team_updated",
  TeamDisbanded: "team_disbanded",
  RoleCreated: "role_created",
  RoleUpdated: "role_updated",
  RoleDeprecated: "role_deprecated",
  FacilityCreated: "facility_created",
  FacilityUpdated: "facility_updated",
  FacilityRemoved: "facility_removed",
  ChildOrganizationAdded: "child_added",
  ChildOrganizationRemoved: "child_removed"
}

/** The name of each command type in a subject: its type in snake case. */
export const commandTokens: Readonly<Record<CommandType, string>> = {
  CreateOrganization: "create_organization",
  UpdateOrganization: "update_organization",
  DissolveOrganization: "dissolve_organization",
  MergeOrganizations: "merge_organizations",
  ChangeOrganizationStatus: "change_organization_status",
  CreateDepartment: "create_department",
  UpdateDepartment: "update_department",
  RestructureDepartment: "restructure_department",
  DissolveDepartment: "dissolve_department",
  CreateTeam: "create_team",
  UpdateTeam: "update_team",
  DisbandTeam: "disband_team",
  CreateRole: "create_role",
  UpdateRole: "update_role",
  DeprecateRole: "deprecate_role",
  CreateFacility: "create_facility",
  UpdateFacility: "update_facility",
  RemoveFacility: "remove_facility",
  AddChildOrganization: "add_child_organization",
  RemoveChildOrganization: "remove_child_organization"
}

const invert = <Type extends string>(tokens: Readonly<Record<Type, string>>): ReadonlyMap<string, Type> =>
  new Map(Object.entries(tokens).map(([type, token]) => [token as string, type as Type]))

/** The event type behind a token. */
export const eventTypeOfToken: ReadonlyMap<string, EventType> = invert(eventTokens)

/** The command type behind a token. */
export const commandTypeOfToken: ReadonlyMap<string, CommandType> = invert(commandTokens)

/** The subject to send a command to. `new` stands for the id of an organization that the service is to name. */
export const commandSubject = (organizationId: string, type: CommandType): string =>
  `${commandPrefix}.${organizationId}.${commandTokens[type]}`

/** The subject an event is stored under. */
export const eventSubject = (organizationId: string, type: EventType): string =>
  `${eventPrefix}.${organizationId}.${eventTokens[type]}`

/** The organization and event type of an event's subject, or `null` when it is no such subject. */
export const parseEventSubject = (
  subject: string
): { readonly organizationId: string; readonly type: EventType } | null => {
  const [organizationId, token, ...rest] = subject.startsWith(`${eventPrefix}.`)
    ? subject.slice(eventPrefix.length + 1).split(".")
    : []
  const type = token === undefined ? undefined : eventTypeOfToken.get(token)
  return organizationId === undefined || organizationId === "" || type === undefined || rest.length > 0
    ? null
    : { organizationId, type }
}

/** The stream of the snapshots that belong to a stream of events: `ORGANIZATION_SNAPSHOTS` to `ORGANIZATION_EVENTS`. */
export const snapshotStreamOf = (streamName: string): string => `${streamName.replace(/_EVENTS$/, "")}_SNAPSHOTS`
