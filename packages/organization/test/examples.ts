import { MessageId } from "@cim-domain/commands/fields/Identifier"
import { rootIdentity } from "@cim-domain/commands/protocol/MessageIdentity"
import { specification } from "@cim-domain/event-sourcing/testing/specification"
import { makeContext } from "../src/makeContext.ts"
import type { CommandType, OrganizationCommand } from "../src/OrganizationCommand.ts"
import type { EventType, OrganizationEvent } from "../src/OrganizationEvent.ts"
import { deriveId } from "../src/protocol.ts"
import { organization } from "../src/protocol.ts"
import { acme, golden } from "./golden.ts"
import { readEvent } from "./readEvent.ts"
import { sent, subjectFor } from "./send.ts"

type Fields = Readonly<Record<string, unknown>>

export const { given } = specification(organization, acme)

export const noon = "2025-08-20T12:00:00.000Z"
/** The id of the command that an example is about. */
export const first = "0198c0de-2000-7000-8000-000000000010"

/** An id by its last three digits. */
export const uuid = (end: string): string => `0198c0de-0000-7000-8000-000000000${end}`

export const labs = uuid("002")
export const [engineering, platform, research] = [uuid("0d1"), uuid("0d2"), uuid("0d3")]
export const [backend, frontend] = [uuid("7e1"), uuid("7e2")]
export const [lead, engineer, intern] = [uuid("a01"), uuid("a02"), uuid("a03")]
export const [campus, tower, floor] = [uuid("f01"), uuid("f02"), uuid("f03")]
export const unknown = uuid("fff")

/** A golden command with other fields and its own id. */
export const command = (type: CommandType, fields: Fields = {}, id = first): OrganizationCommand => {
  const line = golden("commands").find((line) => line.includes(`"command_type":"${type}"`))
  const body = { ...JSON.parse(line!), identity: rootIdentity(MessageId.make(id)), ...fields }
  return sent(body, { subject: subjectFor(type) }).command
}

/** An update that changes nothing but the given fields. */
export const update = (type: CommandType, ids: Fields, fields: Fields): OrganizationCommand =>
  command(type, { ...emptied(golden("commands"), "command_type", type), ...ids, clear: [], ...fields })

/** A golden event with other fields. */
export const event = (type: EventType, fields: Fields = {}): OrganizationEvent => {
  const line = golden("events").find((line) => line.includes(`"event_type":"${type}"`))
  return readEvent(JSON.stringify({ ...JSON.parse(line!), ...fields }))
}

/** The event that command `first` makes happen at noon. */
export const happened = (type: EventType, fields: Fields = {}, id = first): OrganizationEvent => {
  const event_id = deriveId(id, `event:${acme}`)
  const identity = { ...rootIdentity(MessageId.make(id)), message_id: event_id }
  return event(type, { event_id, identity, occurred_at: noon, issued_by: null, ...fields })
}

/** The changes of an update event of which only the given ones differ from nothing. */
export const changes = (type: EventType, fields: Fields): Fields => {
  const line = golden("events").find((line) => line.includes(`"event_type":"${type}"`))
  const nothing = Object.fromEntries(Object.keys(JSON.parse(line!).changes).map((field) => [field, null]))
  return { changes: { ...nothing, cleared: [], ...fields } }
}

const emptied = (lines: ReadonlyArray<string>, tag: string, type: string): Fields => {
  const line = lines.find((line) => line.includes(`"${tag}":"${type}"`))
  const kept = new Set([tag, "identity", "organization_id"])
  return Object.fromEntries(Object.keys(JSON.parse(line!)).filter((key) => !kept.has(key)).map((key) => [key, null]))
}

export const at = (now: string, id = first, limits = {}) => makeContext({ commandId: id, now: Date.parse(now), limits })

/** Noon, when there may be only so much of something. */
export const within = (limits: Parameters<typeof makeContext>[0]["limits"]) => at(noon, first, limits)

export const created = event("OrganizationCreated")

/** A department of the organization, at the top level unless told otherwise. */
export const department = (department_id: string, fields: Fields = {}): OrganizationEvent =>
  event("DepartmentCreated", { department_id, code: `D-${department_id.slice(-3)}`, ...fields })

/** A team outside all departments unless told otherwise. */
export const team = (team_id: string, fields: Fields = {}): OrganizationEvent =>
  event("TeamFormed", { team_id, department_id: null, ...fields })

/** A role without team, department and manager unless told otherwise. */
export const role = (role_id: string, fields: Fields = {}): OrganizationEvent =>
  event("RoleCreated", {
    role_id,
    code: `R-${role_id.slice(-3)}`,
    department_id: null,
    team_id: null,
    reports_to: null,
    ...fields
  })

/** A facility that is not inside another one unless told otherwise. */
export const facility = (facility_id: string, fields: Fields = {}): OrganizationEvent =>
  event("FacilityCreated", { facility_id, code: `F-${facility_id.slice(-3)}`, ...fields })

/** The event of an update of which only the given changes differ from nothing. */
export const updated = (type: EventType, ids: Fields, fields: Fields): OrganizationEvent =>
  event(type, { ...ids, ...changes(type, fields) })
