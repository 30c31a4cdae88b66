import { uuidOf } from "@cim-domain/commands/testing/valueArbitraries"
import { HashMap } from "effect"
import type { CommandType, OrganizationCommand } from "../OrganizationCommand.ts"
import type { OrganizationState } from "../OrganizationState.ts"
import { isRetired, type UnitKind } from "../units/unitKinds.ts"
import { unitsById } from "../units/Units.ts"
import { clearableFields } from "./fieldArbitraries.ts"

/** Chooses a number from 0 up to, not including, `count`. */
export type Choose = (count: number) => number

/** How often each command comes: mostly those that build, seldom those that end everything. */
const weights: Readonly<Record<CommandType, number>> = {
  CreateOrganization: 1,
  UpdateOrganization: 6,
  DissolveOrganization: 1,
  MergeOrganizations: 1,
  ChangeOrganizationStatus: 4,
  CreateDepartment: 28,
  UpdateDepartment: 14,
  RestructureDepartment: 18,
  DissolveDepartment: 10,
  CreateTeam: 18,
  UpdateTeam: 18,
  DisbandTeam: 8,
  CreateRole: 36,
  UpdateRole: 24,
  DeprecateRole: 14,
  CreateFacility: 18,
  UpdateFacility: 16,
  RemoveFacility: 8,
  AddChildOrganization: 6,
  RemoveChildOrganization: 4
}

const lottery = (Object.entries(weights) as ReadonlyArray<readonly [CommandType, number]>)
  .flatMap(([type, weight]) => Array.from({ length: weight }, () => type))

/**
 * The next command of a walk: mostly one that fits what is there, about units that exist and under codes that are free,
 * and now and then one about retired, unknown or wrong things. `number` is different for each step and makes new ids.
 */
export const nextCommand = (
  state: OrganizationState,
  choose: Choose,
  number: number,
  type: CommandType = lottery[choose(lottery.length)]!
): OrganizationCommand => {
  const fields = fieldsOf(state, choose, number)[type]()
  const kind = (["Department", "Team", "Role", "Facility"] as const).find((kind) => type === `Update${kind}`)
  const optional: ReadonlyArray<string> = type === "UpdateOrganization"
    ? clearableFields.Organization
    : kind === undefined
    ? []
    : clearableFields[kind]
  const clear = optional.filter((field) => fields[field] === null && choose(6) === 0)
  const addressee = type === "MergeOrganizations" ? "surviving_organization_id" : type.endsWith("ChildOrganization")
    ? "parent_organization_id"
    : "organization_id"
  return {
    command_type: type,
    identity: {
      correlation_id: { kind: choose(2) === 0 ? "Single" : "Transaction", value: uuidOf(300_000 + number) },
      causation_id: uuidOf(400_000 + number),
      message_id: uuidOf(100_000 + number)
    },
    ...fields,
    [addressee]: state.id,
    ...(optional.length === 0 ? {} : { clear }),
    issued_by: null,
    expected_version: choose(40) === 0 ? choose(20) : null
  } as unknown as OrganizationCommand
}

type Fields = Readonly<Record<string, unknown>>

const fieldsOf = (state: OrganizationState, choose: Choose, number: number) => {
  const one = <A>(...values: ReadonlyArray<A>): A => values[choose(values.length)]!
  const maybe = <A>(value: () => A): A | null => choose(5) < 2 ? value() : null
  const name = () => one("Acme", "Ümläut & Söhne", "株式会社", `No. ${choose(10)}`)
  const codes = () =>
    [state.departments, state.roles, state.facilities].flatMap((units) =>
      Array.from(HashMap.values(units as HashMap.HashMap<string, { readonly code: string }>), ({ code }) => code)
    )
  const code = () => choose(6) === 0 ? recased(one(...codes(), "free"), choose) : `C-${number}`
  const idsOf = (kind: UnitKind, live: boolean) => idsIn(state, kind, live)
  /** Mostly a live unit, a third of them the newest, so that hierarchies get deep. */
  const unit = (kind: UnitKind): string => {
    const live = idsOf(kind, true)
    const chance = choose(30)
    if (chance === 0) return uuidOf(99_999)
    if (chance < 3) return one(...idsOf(kind, false), uuidOf(choose(50)))
    return (chance < 12 ? live.at(-1) : live[choose(live.length)]) ?? uuidOf(99_998)
  }
  const unitOrNull = (kind: UnitKind) => choose(4) === 0 || idsOf(kind, true).length === 0 ? null : unit(kind)
  /** A new id, or now and then one that was used. */
  const newId = (kind: UnitKind) => choose(20) === 0 ? unit(kind) : uuidOf(number)
  const description = () => maybe(() => one("", "Builds", "two\nlines"))
  const organizationType = () => one<unknown>("LLC", "Corporation", { Other: "Guild" })
  const facilityType = () => one<unknown>("Office", "Warehouse", { Other: "Lighthouse" })
  const date = () => one("2023-01-01T00:00:00.000Z", "2023-06-01T00:00:00.000Z", "2024-01-01T00:00:00.000Z")
  const reason = () => one("because", "it was time")
  const texts = () => one<ReadonlyArray<string>>([], ["ViewReports"], ["CreateTeam", "ViewReports"])
  const otherOrganization = () => choose(15) === 0 ? state.id : uuidOf(200_000 + choose(6))
  const fields = {
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
    CreateDepartment: () => ({
      department_id: newId("Department"),
      parent_department_id: unitOrNull("Department"),
      name: name(),
      code: code(),
      description: description()
    }),
    UpdateDepartment: () => ({
      department_id: unit("Department"),
      name: maybe(name),
      code: maybe(code),
      description: description(),
      head_role_id: maybe(() => unitOrNull("Role")),
      status: maybe(() => one("Active", "Inactive", "Restructuring", "Dissolved"))
    }),
    RestructureDepartment: () => ({
      department_id: unit("Department"),
      new_parent_id: unitOrNull("Department"),
      restructure_type: one("Transfer", "Transfer", "Promotion", "Demotion", "Split", "Merge")
    }),
    DissolveDepartment: () => ({
      department_id: unit("Department"),
      reason: reason(),
      transfer_to: unitOrNull("Department")
    }),
    CreateTeam: () => ({
      team_id: newId("Team"),
      department_id: unitOrNull("Department"),
      name: name(),
      description: description(),
      team_type: one("Permanent", "Project"),
      max_members: maybe(() => 1 + choose(9))
    }),
    UpdateTeam: () => ({
      team_id: unit("Team"),
      name: maybe(name),
      description: description(),
      lead_role_id: maybe(() => unitOrNull("Role")),
      max_members: maybe(() => 1 + choose(9)),
      status: maybe(() => one("Forming", "Active", "OnHold", "Disbanding", "Disbanded")),
      department_id: maybe(() => unitOrNull("Department")),
      team_type: maybe(() => one("Permanent", "Virtual"))
    }),
    DisbandTeam: () => ({ team_id: unit("Team"), reason: reason(), members_transfer_to: unitOrNull("Team") }),
    CreateRole: () => {
      const team_id = maybe(() => unitOrNull("Team"))
      const team = HashMap.toEntries(state.teams).find(([id]) => id === team_id)?.[1]
      return {
        role_id: newId("Role"),
        department_id: choose(3) === 0 ? unitOrNull("Department") : team?.department_id ?? null,
        team_id,
        title: name(),
        code: code(),
        description: description(),
        role_type: one("Executive", "Technical"),
        level: maybe(() => choose(256)),
        reports_to: unitOrNull("Role"),
        permissions: texts(),
        responsibilities: texts()
      }
    },
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
      role_type: maybe(() => one("Executive", "Support"))
    }),
    DeprecateRole: () => ({
      role_id: unit("Role"),
      reason: reason(),
      replacement_role_id: unitOrNull("Role"),
      effective_date: date()
    }),
    CreateFacility: () => ({
      facility_id: newId("Facility"),
      name: name(),
      code: code(),
      facility_type: facilityType(),
      description: description(),
      capacity: maybe(() => choose(100)),
      parent_facility_id: unitOrNull("Facility")
    }),
    UpdateFacility: () => ({
      facility_id: unit("Facility"),
      name: maybe(name),
      code: maybe(code),
      description: description(),
      capacity: maybe(() => choose(100)),
      status: maybe(() => one("Active", "UnderConstruction", "Renovating", "Inactive", "Closed")),
      parent_facility_id: maybe(() => unitOrNull("Facility")),
      facility_type: maybe(facilityType)
    }),
    RemoveFacility: () => {
      const transfer_children_to = unitOrNull("Facility")
      return {
        facility_id: unit("Facility"),
        reason: reason(),
        transfer_children_to,
        promote_children: transfer_children_to === null && choose(3) > 0
      }
    },
    AddChildOrganization: () => ({
      child_organization_id: otherOrganization(),
      child_name: name(),
      child_type: organizationType()
    }),
    RemoveChildOrganization: () => ({ child_organization_id: otherOrganization(), reason: maybe(reason) })
  }
  return fields satisfies Readonly<Record<CommandType, () => Fields>> as Readonly<Record<CommandType, () => Fields>>
}

const recased = (code: string, choose: Choose): string =>
  [code, code.toLowerCase(), code.toUpperCase()][choose(3)] ?? code

/** The ids of the live or of the retired units of a kind, oldest first. */
const idsIn = (state: OrganizationState, kind: UnitKind, live: boolean): ReadonlyArray<string> => {
  if (kind === "Facility" && !live) return Array.from(state.removed_facility_ids).toSorted()
  return HashMap.toEntries(unitsById(state, kind))
    .filter(([, unit]) => isRetired(kind, unit) !== live)
    .map(([id]) => id)
    .toSorted()
}
