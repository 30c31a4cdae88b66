import * as Aggregate from "@cim-domain/commands/Aggregate"
import * as Client from "@cim-domain/commands/client/Client"
import { inMemoryTransport } from "@cim-domain/commands/replica/inMemoryTransport"
import { uuidOf } from "@cim-domain/commands/testing/valueArbitraries"
import { accepted, rejected } from "@cim-domain/event-sourcing/Decider"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { OrganizationId, Person, PersonId, RoleId } from "../src/Person.ts"

const person_id = PersonId.make(uuidOf(0))
const organization_id = OrganizationId.make(uuidOf(10))
const role_id = RoleId.make(uuidOf(20))
const from = "2026-01-01"

const inMemory = Effect.provide(inMemoryTransport(Person))

// The compiler is what tests here: an error that is expected and does not come is one.
describe("the compiler refuses", () => {
  it.effect("fields that are missing, misspelt or of another type, as the client does at run time", () =>
    Effect.gen(function*() {
      const { submit } = yield* Client.make(Person)
      const wrong = [
        // @ts-expect-error: the name is missing
        submit("RegisterPerson", {}),
        // @ts-expect-error: the person is missing
        submit("RenamePerson", { name: "Ada" }),
        // @ts-expect-error: the name is misspelt
        submit("RenamePerson", { person_id, nmae: "Ada" }),
        // @ts-expect-error: one field too many
        submit("RenamePerson", { person_id, name: "Ada", title: "Countess" }),
        // @ts-expect-error: an optional field that is misspelt
        submit("ChangeContact", { person_id, mail: "ada@example.org" }),
        // @ts-expect-error: a number for a name
        submit("RegisterPerson", { name: 42 }),
        // @ts-expect-error: null where there must be a name
        submit("RenamePerson", { person_id, name: null }),
        // @ts-expect-error: a date that is no text
        submit("AssignRole", { person_id, organization_id, role_id, from: new Date(0) }),
        // @ts-expect-error: a version that is no number
        submit("RenamePerson", { person_id, name: "Ada", expected_version: "1" })
      ]
      for (const effect of wrong) {
        const refused = yield* Effect.flip(effect)
        assert.deepInclude(refused, { _tag: "CommandRefused", attempts: 0 })
        assert.include(refused.message, "VALIDATION_FAILED")
      }
    }).pipe(inMemory))

  it.effect("ids of another kind, and texts that nobody has looked at, which look the same at run time", () =>
    Effect.gen(function*() {
      const { submit } = yield* Client.make(Person)
      yield* submit("RegisterPerson", { name: "Ada", person_id })
      const unsound = [
        // @ts-expect-error: a role for an organization, and an organization for a role
        submit("AssignRole", { person_id, organization_id: role_id, role_id: organization_id, from }),
        // @ts-expect-error: any text for an id
        submit("RenamePerson", { person_id: String(person_id), name: "Ada King" })
      ]
      for (const effect of unsound) assert.strictEqual((yield* effect).outcome, "applied")
      // @ts-expect-error: an organization is no role
      const role: typeof RoleId.Type = organization_id
      assert.strictEqual<string>(role, organization_id)
    }).pipe(inMemory))

  it.effect("reasons that this service does not give", () =>
    Effect.gen(function*() {
      const { submit } = yield* Client.make(Person)
      const refused = yield* Effect.flip(submit("RenamePerson", { person_id, name: "Ada" }))
      if (refused._tag !== "CommandRefused") return assert.fail(refused.message)
      const { failure } = refused
      assert.strictEqual(failure._tag, "PersonNotFound")
      // @ts-expect-error: there is no such reason
      assert.notStrictEqual(failure._tag, "OrganizationNotFound" satisfies typeof failure._tag)
      // @ts-expect-error: it has no such detail
      if (failure._tag === "PersonNotFound") assert.isUndefined(failure.details.person_id)
    }).pipe(inMemory))

  it("definitions whose parts do not fit", () => {
    const given = {
      name: "pet",
      id: PersonId,
      commands: { FeedPet: { grams: Schema.Int } },
      events: { PetFed: { grams: Schema.Int } },
      errors: {},
      state: Schema.Struct({ mood: Schema.Literals(["Hungry", "Full"]) }),
      initial: { mood: "Hungry" }
    } as const
    const decide = () => accepted({ event_type: "PetFed", grams: 1 })
    // What fits needs no annotation, so that the others are refused for what is wrong with them.
    Aggregate.make({
      ...given,
      decide: (_state, command) => accepted({ event_type: "PetFed", grams: command.grams }),
      evolve: (state) => ({ ...state, mood: "Full" })
    })
    // @ts-expect-error: an event that is misspelt
    Aggregate.make({ ...given, decide: () => accepted({ event_type: "PetFd", grams: 1 }), evolve: (state) => state })
    // @ts-expect-error: an event without its field
    Aggregate.make({ ...given, decide: () => accepted({ event_type: "PetFed" }), evolve: (state) => state })
    // @ts-expect-error: a reason that is not in the table
    Aggregate.make({ ...given, decide: () => rejected({ _tag: "PetAsleep" }), evolve: (state) => state })
    // @ts-expect-error: a state that is none
    Aggregate.make({ ...given, decide, evolve: (state) => ({ ...state, mood: "Ful" }) })
    // @ts-expect-error: a beginning that is none
    Aggregate.make({ ...given, initial: { mood: "Angry" }, decide, evolve: (state) => state })
    assert.strictEqual(
      Aggregate.make({ ...given, decide, evolve: (state) => state }).subjects.eventStream,
      "PET_EVENTS"
    )
  })
})
