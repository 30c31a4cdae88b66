import * as Aggregate from "@cim-domain/commands/Aggregate"
import * as Client from "@cim-domain/commands/client/Client"
import * as Command from "@cim-domain/commands/Command"
import { entityId, identifier } from "@cim-domain/commands/fields/Identifier"
import { defaulted, nullable } from "@cim-domain/commands/fields/nullable"
import { Name } from "@cim-domain/commands/fields/text"
import { timestamp, timestampFromMillis } from "@cim-domain/commands/fields/Timestamp"
import * as Rejection from "@cim-domain/commands/Rejection"
import { inMemoryTransport } from "@cim-domain/commands/replica/inMemoryTransport"
import { accepted, type Decision, noChange, rejected } from "@cim-domain/event-sourcing/Decider"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { CustomerId, LabelId, Parcel, ParcelId } from "../src/testing/Parcel.ts"
import { specification } from "../src/testing/specification.ts"
import { uuidOf } from "../src/testing/valueArbitraries.ts"

// Each `@ts-expect-error` is the test: where the compiler says nothing, it complains about the comment.

const PersonId = identifier("PersonId")
const RoleId = identifier("RoleId")
const notFound = Rejection.make("PersonNotFound", "not_found", { person_id: Schema.String }, () => "not found")
const other = Rejection.make("Weather", "state", {}, () => "it rains")

const time = timestampFromMillis(0)

const parts = {
  name: "person",
  id: PersonId,
  commands: {
    RegisterPerson: Command.make({ given_name: Name }, { creates: "person_id" }),
    AssignRole: {
      role_id: entityId(RoleId),
      from: timestamp,
      until: nullable(timestamp),
      tags: defaulted(Schema.Array(Schema.String), [])
    }
  },
  events: {
    PersonRegistered: { given_name: Schema.String },
    RoleAssigned: { role_id: entityId(RoleId), from: timestamp }
  },
  errors: { PersonNotFound: notFound },
  state: Schema.Struct({ given_name: Schema.NullOr(Schema.String), role_id: Schema.NullOr(RoleId) }),
  initial: { given_name: null, role_id: null }
} as const

const person = Aggregate.make({
  ...parts,
  decide: (state, command) => {
    switch (command.command_type) {
      case "RegisterPerson":
        return state.given_name === null
          ? accepted({ event_type: "PersonRegistered", given_name: command.given_name })
          : noChange
      case "AssignRole":
        return state.given_name === null
          ? rejected(notFound.make({ person_id: state.id }))
          : accepted(
            { event_type: "RoleAssigned", role_id: command.role_id, from: command.from },
            { event_type: "PersonRegistered", given_name: state.given_name }
          )
    }
  },
  evolve: (state, event) => {
    switch (event.event_type) {
      case "PersonRegistered":
        return { ...state, given_name: event.given_name }
      case "RoleAssigned":
        return { ...state, role_id: event.role_id }
    }
  }
})

describe("the types of a definition", () => {
  it("take events as they are written", () => {
    const decision = accepted({ event_type: "A", at: 1 }, { event_type: "B" })
    const types: Decision<
      { readonly event_type: "A"; readonly at: 1 } | { readonly event_type: "B" },
      never
    > = decision
    assert.strictEqual(types._tag, "Accepted")
    // @ts-expect-error: no events are no acceptance
    accepted()
  })

  it("let `decide` give only events and errors of the definition, with all of their fields", () => {
    const { make } = Aggregate
    const evolve = (state: typeof parts.state.Type) => state
    const p = { ...parts, evolve }
    const registered = { event_type: "PersonRegistered", given_name: "A" } as const
    const { id, initial } = { id: PersonId.make(uuidOf(1)), initial: { given_name: null } }
    const makes = [
      // @ts-expect-error: no such event
      () => make({ ...p, decide: () => accepted({ event_type: "PersonBorn", given_name: "Ada" }) }),
      // @ts-expect-error: a field is missing
      () => make({ ...p, decide: () => accepted({ event_type: "PersonRegistered" }) }),
      // @ts-expect-error: a field is misspelt
      () => make({ ...p, decide: () => accepted({ event_type: "PersonRegistered", name: "Ada" }) }),
      // @ts-expect-error: a field is of another kind
      () => make({ ...p, decide: () => accepted({ event_type: "PersonRegistered", given_name: 7 }) }),
      // @ts-expect-error: a field too many
      () => make({ ...p, decide: () => accepted({ event_type: "PersonRegistered", given_name: "A", age: 7 }) }),
      () =>
        make({
          ...p,
          // @ts-expect-error: a field of another event, beside an event that is right
          decide: () => accepted(registered, { ...registered, from: time })
        }),
      () =>
        make({
          ...p,
          // @ts-expect-error: one of two events is wrong
          decide: () => accepted({ event_type: "PersonRegistered", given_name: "A" }, { event_type: "X" })
        }),
      // @ts-expect-error: an id of another kind
      () => make({ ...p, decide: () => accepted({ event_type: "RoleAssigned", role_id: id, from: time }) }),
      // @ts-expect-error: no such error
      () => make({ ...p, decide: () => rejected(other.make({})) }),
      // @ts-expect-error: no decision
      () => make({ ...p, decide: () => null }),
      // @ts-expect-error: no error of the definition
      () => make({ ...p, gate: () => other.make({}), decide: () => noChange }),
      // @ts-expect-error: another state
      () => make({ ...parts, evolve: () => ({ given_name: 7, role_id: null }), decide: () => noChange }),
      // @ts-expect-error: a state without one of its fields
      () => make({ ...p, initial, decide: () => noChange }),
      // @ts-expect-error: an error of no category
      () => Rejection.make("Weather", "weather", {}, () => "it rains"),
      // @ts-expect-error: details that the error does not have
      () => notFound.make({ role_id: "x" }),
      // Without a mistake there is nothing to complain about.
      () => make({ ...p, decide: () => accepted({ event_type: "RoleAssigned", role_id: RoleId.make(id), from: time }) })
    ]
    assert.lengthOf(makes, 16)
  })

  it.effect("let `submit` take only the fields of the command", () =>
    Effect.gen(function*() {
      const { submit } = yield* Client.make(person)
      const [person_id, role_id] = [PersonId.make(uuidOf(1)), RoleId.make(uuidOf(2))]
      const from = "2026-01-01T00:00:00Z"
      const right = [
        submit("RegisterPerson", { given_name: "Ada" }),
        submit("RegisterPerson", { given_name: "Ada", person_id, issued_by: "zoe", expected_version: 0 }),
        submit("AssignRole", { person_id, role_id, from }),
        submit("AssignRole", { person_id, role_id, from, until: null, tags: ["a"] })
      ]
      const wrong = [
        // @ts-expect-error: no such command
        () => submit("Register", {}),
        // @ts-expect-error: a field is missing
        () => submit("RegisterPerson", {}),
        // @ts-expect-error: a field is misspelt
        () => submit("RegisterPerson", { givenName: "Ada" }),
        // @ts-expect-error: a field is of another kind
        () => submit("RegisterPerson", { given_name: 42 }),
        // @ts-expect-error: a field too many
        () => submit("RegisterPerson", { given_name: "Ada", family_name: "L" }),
        // @ts-expect-error: the aggregate is missing
        () => submit("AssignRole", { role_id, from }),
        // @ts-expect-error: any text is no id
        () => submit("AssignRole", { person_id, role_id: uuidOf(2), from }),
        // @ts-expect-error: nothing is no id
        () => submit("AssignRole", { person_id, role_id: null, from }),
        // @ts-expect-error: an id of another kind
        () => submit("AssignRole", { person_id: role_id, role_id: person_id, from })
      ]
      assert.deepStrictEqual([right.length, wrong.length], [4, 9])
    }).pipe(Effect.provide(inMemoryTransport(person))))

  it.effect("let `submit` take no command that names no aggregate, also where there is more to say of the command", () =>
    Effect.gen(function*() {
      const { submit } = yield* Client.make(Parcel)
      const [parcel_id, label_id] = [ParcelId.make(uuidOf(1)), LabelId.make(uuidOf(2))]
      const right = submit("LabelParcel", { parcel_id, label_id, title: "x", kind: "Express" })
      // It gets an id that follows from the command.
      const unnamed = submit("LabelParcel", { parcel_id, title: "x", kind: "Express" })
      // @ts-expect-error: the aggregate is missing
      const wrong = () => submit("LabelParcel", { label_id, title: "x", kind: "Express" })
      assert.lengthOf([right, unnamed, wrong], 3)
    }).pipe(Effect.provide(inMemoryTransport(Parcel))))

  it("tell ids apart", () => {
    const [parcel, label] = [ParcelId.make(uuidOf(1)), LabelId.make(uuidOf(1))]
    // @ts-expect-error: an id of another kind
    const one: typeof parcel = label
    // @ts-expect-error: any text is no id
    const two: typeof parcel = uuidOf(1)
    const text: string = parcel
    assert.deepStrictEqual([one, two], [text, text])
    assert.throws(() => ParcelId.make("no id"))
  })

  it("let a specification say only what the definition has", () => {
    const { given } = specification(Parcel)
    const [sender_id, label_id] = [CustomerId.make(uuidOf(2)), LabelId.make(uuidOf(3))]
    const to = { city: "Łódź", position: null }
    const sent = { event_type: "ParcelSent", sender_id, to, grams: 1, notes: [], contents: null } as const
    given(sent).when({ command_type: "MoveParcel", to }).changesNothing()
    const wrong = [
      // @ts-expect-error: no such event
      () => given({ event_type: "ParcelLost" }),
      // @ts-expect-error: a field is missing
      () => given({ event_type: "ParcelDelivered" }),
      // @ts-expect-error: no such command
      () => given(sent).when({ command_type: "LoseParcel" }),
      // @ts-expect-error: a field is missing
      () => given(sent).when({ command_type: "LabelParcel", label_id, title: "x" }),
      // @ts-expect-error: a field is misspelt
      () => given(sent).when({ command_type: "MoveParcel", too: to }),
      // @ts-expect-error: an id of another kind
      () => given(sent).when({ command_type: "LabelParcel", label_id: sender_id, title: "x", kind: "Express" }),
      // @ts-expect-error: a name that is not in the list
      () => given(sent).when({ command_type: "LabelParcel", label_id, title: "x", kind: "Slow" }),
      // @ts-expect-error: no such error
      () => given(sent).when({ command_type: "MoveParcel", to }).isRejected("ParcelLost"),
      // @ts-expect-error: details that the error does not have
      () => given(sent).when({ command_type: "MoveParcel", to }).isRejected("LabelTaken", { parcel_id: "x" }),
      // @ts-expect-error: a field is misspelt
      () => given(sent).when({ command_type: "MoveParcel", to }).isAccepted({ event_type: "ParcelMoved", too: to })
    ]
    assert.lengthOf(wrong, 10)
  })
})
