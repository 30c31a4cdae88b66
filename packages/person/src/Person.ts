import * as Aggregate from "@cim-domain/commands/Aggregate"
import * as Command from "@cim-domain/commands/Command"
import { limitExceeded } from "@cim-domain/commands/errors/serviceErrors"
import * as Event from "@cim-domain/commands/Event"
import { entityId, identifier } from "@cim-domain/commands/fields/Identifier"
import { nullable } from "@cim-domain/commands/fields/nullable"
import { Name, text } from "@cim-domain/commands/fields/text"
import { parseTimestamp, timestampFromMillis } from "@cim-domain/commands/fields/Timestamp"
import { Unfit } from "@cim-domain/commands/history/Evolved"
import * as Rejection from "@cim-domain/commands/Rejection"
import { accepted, noChange, rejected } from "@cim-domain/event-sourcing/Decider"
import { Schema } from "effect"

/** Names one person, and with it one history of events. */
export const PersonId = identifier("PersonId")
export type PersonId = typeof PersonId.Type
/** Names one stretch of time in which a person holds a role. */
export const AssignmentId = identifier("AssignmentId")
export type AssignmentId = typeof AssignmentId.Type
/** Names an organization. What that is, another domain knows. */
export const OrganizationId = identifier("OrganizationId")
export type OrganizationId = typeof OrganizationId.Type
/** Names a role in an organization. */
export const RoleId = identifier("RoleId")
export type RoleId = typeof RoleId.Type

/** An address as mail programs take it. */
const Email = text(3, 254, "name").check(Schema.isPattern(/^[^\s@]+@[^\s@]+$/, { expected: "an e-mail address" }))
/** A telephone number that can be dialled from anywhere (E.164). */
const Phone = Schema.String.check(Schema.isPattern(/^\+[1-9]\d{6,14}$/, { expected: "a number like +4930123456" }))
/** A day of the calendar. Such texts sort as the days do. */
const Day = Schema.String.check(
  Schema.makeFilter((day) => parseTimestamp(`${day}T00:00:00Z`) !== null || "Expected a day like 2026-03-01")
)

/** What can be asked for. `person_id` is added to each. */
const commands = {
  RegisterPerson: Command.make({ name: Name }, { creates: "person_id" }),
  RenamePerson: { name: Name },
  ChangeContact: { email: nullable(Email), phone: nullable(Phone) },
  AssignRole: Command.make({
    assignment_id: entityId(AssignmentId),
    organization_id: entityId(OrganizationId),
    role_id: entityId(RoleId),
    from: Day
  }, { creates: "assignment_id" }),
  EndAssignment: { assignment_id: entityId(AssignmentId), until: Day },
  MarkDeceased: { died_on: Day }
}

/** What happens. Only types are checked here: history stays as it is when the rules for commands change. */
const events = {
  PersonRegistered: Event.make({ name: Schema.String }, { creates: "person_id" }),
  PersonRenamed: { name: Schema.String },
  ContactChanged: { email: nullable(Schema.String), phone: nullable(Schema.String) },
  RoleAssigned: Event.make({
    assignment_id: entityId(AssignmentId),
    organization_id: entityId(OrganizationId),
    role_id: entityId(RoleId),
    from: Schema.String
  }, { creates: "assignment_id" }),
  AssignmentEnded: { assignment_id: entityId(AssignmentId), until: Schema.String },
  DeathRecorded: { died_on: Schema.String }
}

const named = { id: Schema.String }

/** Why not: what kind of no it is, details for programs, and words for people. */
export const errors = {
  PersonNotFound: Rejection.make("PersonNotFound", "not_found", named, ({ id }) => `No such person: ${id}`),
  PersonExists: Rejection.make("PersonExists", "duplicate", named, ({ id }) => `Person exists: ${id}`),
  PersonDeceased: Rejection.make("PersonDeceased", "state", named, ({ id }) => `Person is deceased: ${id}`),
  AssignmentNotFound: Rejection.make("AssignmentNotFound", "not_found", named, ({ id }) => `No such assignment: ${id}`),
  AssignmentExists: Rejection.make("AssignmentExists", "duplicate", named, ({ id }) => `Assignment exists: ${id}`),
  AssignmentOver: Rejection.make("AssignmentOver", "state", named, ({ id }) => `Assignment has ended: ${id}`),
  RoleAlreadyHeld: Rejection.make("RoleAlreadyHeld", "state", named, ({ id }) => `Role is held already: ${id}`),
  DayOutOfRange: Rejection.make(
    "DayOutOfRange",
    "validation",
    { day: Schema.String, min: Schema.NullOr(Schema.String), max: Schema.NullOr(Schema.String) },
    ({ day, max, min }) => `Day out of range: ${day} is ${min === null ? `after ${max}` : `before ${min}`}`
  )
}

/** A role that a person holds, from one day to another, both included; `null` while nobody knows the other. */
const Assignment = Schema.Struct({
  assignment_id: AssignmentId,
  organization_id: OrganizationId,
  role_id: RoleId,
  from: Schema.String,
  until: Schema.NullOr(Schema.String)
})

/** The person as one value: protocol, service, client and tests follow from it. */
export const Person = Aggregate.make({
  name: "person",
  id: PersonId,
  commands,
  events,
  errors,
  limits: { assignments: 1_000 },
  state: Schema.Struct({
    status: Schema.Literals(["Unknown", "Living", "Deceased"]),
    name: Schema.NullOr(Schema.String),
    email: Schema.NullOr(Schema.String),
    phone: Schema.NullOr(Schema.String),
    assignments: Schema.Array(Assignment)
  }),
  initial: { status: "Unknown", name: null, email: null, phone: null, assignments: [] },

  gate: ({ id, status }, { command_type }) => {
    const isKnown = status !== "Unknown"
    if (command_type === "RegisterPerson") return isKnown ? errors.PersonExists.make({ id }) : null
    if (!isKnown) return errors.PersonNotFound.make({ id })
    return status === "Deceased" ? errors.PersonDeceased.make({ id }) : null
  },

  decide: (state, command, { limits, now }) => {
    switch (command.command_type) {
      case "RegisterPerson":
        return accepted({ event_type: "PersonRegistered", name: command.name })
      case "RenamePerson":
        return command.name === state.name ? noChange : accepted({ event_type: "PersonRenamed", name: command.name })
      case "ChangeContact": {
        const { email, phone } = command
        return email === state.email && phone === state.phone
          ? noChange
          : accepted({ event_type: "ContactChanged", email, phone })
      }
      case "AssignRole": {
        const { assignment_id, from, organization_id, role_id } = command
        if (state.assignments.some((each) => each.assignment_id === assignment_id)) {
          return rejected(errors.AssignmentExists.make({ id: assignment_id }))
        }
        if (state.assignments.some((each) => each.role_id === role_id && (each.until === null || each.until >= from))) {
          return rejected(errors.RoleAlreadyHeld.make({ id: role_id }))
        }
        const count = state.assignments.length + 1
        if (count > limits.assignments) return rejected(limitExceeded("assignments", limits.assignments, count))
        return accepted({ event_type: "RoleAssigned", assignment_id, organization_id, role_id, from })
      }
      case "EndAssignment": {
        const { assignment_id, until } = command
        const held = state.assignments.find((each) => each.assignment_id === assignment_id)
        if (held === undefined) return rejected(errors.AssignmentNotFound.make({ id: assignment_id }))
        if (until === held.until) return noChange
        if (held.until !== null) return rejected(errors.AssignmentOver.make({ id: assignment_id }))
        if (until < held.from) return rejected(errors.DayOutOfRange.make({ day: until, min: held.from, max: null }))
        return accepted({ event_type: "AssignmentEnded", assignment_id, until })
      }
      case "MarkDeceased": {
        const { died_on } = command
        // Where the day begins first, it is 14 hours ahead.
        const max = timestampFromMillis(now + 14 * 3_600_000).slice(0, 10)
        if (died_on > max) return rejected(errors.DayOutOfRange.make({ day: died_on, min: null, max }))
        return accepted({ event_type: "DeathRecorded", died_on })
      }
    }
  },

  evolve: (state, event) => {
    switch (event.event_type) {
      case "PersonRegistered":
        if (state.status !== "Unknown") return new Unfit("the person is registered already")
        return { ...state, status: "Living", name: event.name }
      case "PersonRenamed":
        return { ...state, name: event.name }
      case "ContactChanged":
        return { ...state, email: event.email, phone: event.phone }
      case "RoleAssigned": {
        const { assignment_id, from, organization_id, role_id } = event
        const assignment = { assignment_id, organization_id, role_id, from, until: null }
        return { ...state, assignments: [...state.assignments, assignment] }
      }
      case "AssignmentEnded": {
        const { assignment_id, until } = event
        const assignments = state.assignments.map((each) =>
          each.assignment_id === assignment_id ? { ...each, until } : each
        )
        return { ...state, assignments }
      }
      case "DeathRecorded": {
        const { died_on } = event
        const assignments = state.assignments.map((each) =>
          each.until === null || each.until > died_on ? { ...each, until: died_on } : each
        )
        return { ...state, status: "Deceased", assignments }
      }
    }
  }
})
