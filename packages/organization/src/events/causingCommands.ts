import type { CommandType } from "../OrganizationCommand.ts"
import type { EventType } from "../OrganizationEvent.ts"

/** The commands that may lead to an event; the first is the usual one. */
export const causingCommands: Readonly<Record<EventType, readonly [CommandType, ...ReadonlyArray<CommandType>]>> = {
  OrganizationCreated: ["CreateOrganization"],
  OrganizationUpdated: ["UpdateOrganization"],
  OrganizationDissolved: ["DissolveOrganization"],
  OrganizationMerged: ["MergeOrganizations"],
  OrganizationStatusChanged: ["ChangeOrganizationStatus", "UpdateOrganization"],
  DepartmentCreated: ["CreateDepartment"],
  DepartmentUpdated: ["UpdateDepartment"],
  DepartmentRestructured: ["RestructureDepartment"],
  DepartmentDissolved: ["DissolveDepartment"],
  TeamFormed: ["CreateTeam"],
  TeamUpdated: ["UpdateTeam"],
  TeamDisbanded: ["DisbandTeam"],
  RoleCreated: ["CreateRole"],
  RoleUpdated: ["UpdateRole"],
  RoleDeprecated: ["DeprecateRole"],
  FacilityCreated: ["CreateFacility"],
  FacilityUpdated: ["UpdateFacility"],
  FacilityRemoved: ["RemoveFacility"],
  ChildOrganizationAdded: ["AddChildOrganization"],
  ChildOrganizationRemoved: ["RemoveChildOrganization"]
}
