import { rootIdentity } from "@cim-domain/commands/protocol/MessageIdentity"
import { uuidOf } from "@cim-domain/commands/testing/valueArbitraries"
import { makeContext } from "@cim-domain/organization"
import { organization } from "@cim-domain/organization"
import type { CommandType, OrganizationCommand } from "@cim-domain/organization"
import { encodeEvent } from "@cim-domain/organization"
import type { OrganizationState } from "@cim-domain/organization"

type Fields = Readonly<Record<string, unknown>>

export const organizationId = uuidOf(0)
export const departmentId = (index: number) => uuidOf(1_000_000 + index)
export const teamId = (index: number) => uuidOf(2_000_000 + index)
export const roleId = (index: number) => uuidOf(3_000_000 + index)
export const facilityId = (index: number) => uuidOf(4_000_000 + index)

let sent = 0

/** A command to the large organization, under an id of its own. */
export const send = (type: CommandType, fields: Fields): OrganizationCommand =>
  ({
    command_type: type,
    identity: rootIdentity(uuidOf(10_000_000 + sent++) as Parameters<typeof rootIdentity>[0]),
    organization_id: organizationId,
    issued_by: "bench",
    expected_version: null,
    ...fields
  }) as unknown as OrganizationCommand

/** The context in which a command is decided. */
export const contextOf = (command: OrganizationCommand) =>
  makeContext({ commandId: command.identity.message_id, now: 1_760_000_000_000 })

const above = (index: number, width: number, id: (index: number) => string): string | null =>
  index === 0 ? null : id(Math.floor((index - 1) / width))

/** The commands that make the organization: units of each kind, and then changes of all kinds up to `count` commands. */
function* commands(count: number, unitsPerKind: number): Generator<OrganizationCommand> {
  yield send("CreateOrganization", {
    name: "Large",
    display_name: "Large",
    description: null,
    organization_type: "Corporation",
    parent_id: null,
    founded_date: null,
    metadata: {},
    initial_status: "Active"
  })
  for (let index = 0; index < unitsPerKind; index++) {
    const [name, code, description] = [`Unit ${index}`, `U-${index}`, "One of many"]
    yield send("CreateDepartment", {
      department_id: departmentId(index),
      parent_department_id: above(index, 8, departmentId),
      name,
      code,
      description
    })
    yield send("CreateTeam", {
      team_id: teamId(index),
      department_id: departmentId(index),
      name,
      description,
      team_type: "Permanent",
      max_members: 8
    })
    yield send("CreateRole", {
      role_id: roleId(index),
      department_id: departmentId(index),
      team_id: teamId(index),
      title: name,
      code,
      description,
      role_type: "Technical",
      level: index % 10,
      reports_to: above(index, 6, roleId),
      permissions: ["ViewOrganization", "ViewReports"],
      responsibilities: ["Design services"]
    })
    yield send("CreateFacility", {
      facility_id: facilityId(index),
      parent_facility_id: above(index, 10, facilityId),
      name,
      code,
      description,
      facility_type: "Office",
      capacity: index
    })
  }
  for (let step = 0; 4 * unitsPerKind + 1 + step < count; step++) yield change(step, unitsPerKind)
}

const change = (step: number, unitsPerKind: number): OrganizationCommand => {
  const index = 1 + step * 7919 % (unitsPerKind - 1)
  const [leaf, round] = [unitsPerKind - 1 - index % (unitsPerKind >> 1), Math.floor(step / unitsPerKind)]
  switch (step % 4) {
    case 0:
      return send("UpdateRole", { ...noRoleChange, role_id: roleId(index), title: `Round ${step}` })
    case 1:
      return send("UpdateDepartment", {
        department_id: departmentId(index),
        name: `Round ${step}`,
        code: null,
        description: null,
        head_role_id: roleId((index + round) % unitsPerKind),
        status: null,
        clear: []
      })
    case 2:
      return send("RestructureDepartment", {
        department_id: departmentId(leaf),
        new_parent_id: departmentId(step % 5),
        restructure_type: "Transfer"
      })
    default:
      return send("UpdateFacility", {
        facility_id: facilityId(index),
        name: null,
        code: null,
        description: null,
        capacity: 100_000 + step,
        status: null,
        parent_facility_id: null,
        facility_type: null,
        clear: []
      })
  }
}

/** An update of a role that changes nothing yet. */
export const noRoleChange = {
  title: null,
  description: null,
  level: null,
  reports_to: null,
  permissions: null,
  responsibilities: null,
  status: null,
  code: null,
  department_id: null,
  team_id: null,
  role_type: null,
  clear: []
}

/** The stored events of the large organization, about `count` of them, and the state they lead to. */
export const makeLargeOrganization = (count: number, unitsPerKind: number): {
  readonly events: ReadonlyArray<string>
  readonly state: OrganizationState
} => {
  let state = organization.initial(organizationId)
  const events: Array<string> = []
  for (const command of commands(count, unitsPerKind)) {
    const decision = organization.decide(state, command, contextOf(command))
    if (decision._tag === "Rejected") throw new Error(decision.rejection.message)
    if (decision._tag !== "Accepted") continue
    for (const event of decision.events) {
      events.push(encodeEvent(event))
      state = organization.evolve(state, event, events.length)
    }
  }
  return { events, state }
}

/** The event of a role that reports to the one before it, as JSON text. */
export const roleInChain = (index: number): string =>
  JSON.stringify({
    event_type: "RoleCreated",
    event_id: uuidOf(6_000_000 + index),
    identity: rootIdentity(uuidOf(7_000_000 + index) as Parameters<typeof rootIdentity>[0]),
    organization_id: organizationId,
    role_id: roleId(index),
    title: "One of many",
    code: `U-${index}`,
    role_type: "Technical",
    reports_to: index === 0 ? null : roleId(index - 1),
    occurred_at: "2025-08-19T09:30:00.000Z"
  })
