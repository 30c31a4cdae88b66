import type { CommandType } from "../OrganizationCommand.ts"
import type { OrganizationStatus } from "../values/OrganizationStatus.ts"

type LiveStatus = Exclude<OrganizationStatus, "Dissolved" | "Merged">

const always: ReadonlyArray<LiveStatus> = ["Pending", "Active", "Inactive", "Suspended"]
const unlessSuspended: ReadonlyArray<LiveStatus> = ["Pending", "Active", "Inactive"]
const whileGrowing: ReadonlyArray<LiveStatus> = ["Pending", "Active"]

/** In which statuses of its organization a command is allowed; terminal ones allow none. */
export const commandGate: Readonly<Record<CommandType, ReadonlyArray<LiveStatus>>> = {
  CreateOrganization: [],
  UpdateOrganization: always,
  ChangeOrganizationStatus: always,
  DissolveOrganization: always,
  MergeOrganizations: ["Active"],
  AddChildOrganization: whileGrowing,
  RemoveChildOrganization: always,
  CreateDepartment: whileGrowing,
  CreateTeam: whileGrowing,
  CreateRole: whileGrowing,
  CreateFacility: whileGrowing,
  UpdateDepartment: unlessSuspended,
  RestructureDepartment: unlessSuspended,
  UpdateTeam: unlessSuspended,
  UpdateRole: unlessSuspended,
  UpdateFacility: unlessSuspended,
  DissolveDepartment: unlessSuspended,
  DisbandTeam: unlessSuspended,
  DeprecateRole: unlessSuspended,
  RemoveFacility: unlessSuspended
}
