import * as Client from "@cim-domain/commands/client/Client"
import { uuidOf } from "@cim-domain/commands/testing/valueArbitraries"
import type { CommandTransport } from "@cim-domain/event-sourcing/CommandTransport"
import { assert, layer } from "@effect/vitest"
import { Effect, type Layer } from "effect"
import { AssignmentId, OrganizationId, Person, PersonId, RoleId } from "../src/Person.ts"

const organization_id = OrganizationId.make(uuidOf(10))
const role_id = RoleId.make(uuidOf(20))

/** A client, and a person to ask about. */
const registered = Effect.gen(function*() {
  const client = yield* Client.make(Person)
  const reply = yield* client.submit("RegisterPerson", { name: "Ada" })
  return { ...client, reply, person_id: PersonId.make(reply.created_id!) }
})

/** What the service of people says to its client beside what every service does, wherever it runs. */
export const lifeOfPerson = (name: string, service: Layer.Layer<CommandTransport, unknown>): void =>
  layer(service, { excludeTestServices: true, timeout: "60 seconds" })(name, (it) => {
    it.effect("leads a person through a life", () =>
      Effect.gen(function*() {
        const { person_id, reply, submit } = yield* registered
        assert.deepInclude(reply, { outcome: "applied", aggregate_id: person_id, version: 1 })
        const assigned = yield* submit("AssignRole", { person_id, organization_id, role_id, from: "2026-01-01" })
        const assignment_id = AssignmentId.make(assigned.created_id!)
        yield* submit("RenamePerson", { person_id, name: "Ada King" })
        yield* submit("ChangeContact", { person_id, email: "ada@example.org" })
        yield* submit("EndAssignment", { person_id, assignment_id, until: "2026-02-28" })
        assert.deepInclude(yield* submit("MarkDeceased", { person_id, died_on: "2026-03-01" }), {
          outcome: "applied",
          version: 6
        })
        const refused = yield* Effect.flip(submit("RenamePerson", { person_id, name: "Ada" }))
        assert.strictEqual(refused._tag, "CommandRefused")
        if (refused._tag !== "CommandRefused" || refused.failure._tag !== "PersonDeceased") {
          return assert.fail(refused.message)
        }
        assert.deepStrictEqual(refused.failure.details, { id: person_id })
      }))

    it.effect("refuses values that are none, with every mistake, before they are sent", () =>
      Effect.gen(function*() {
        const { person_id, submit } = yield* registered
        const refused = yield* Effect.flip(submit("ChangeContact", { person_id, email: "Ada", phone: "030/123" }))
        assert.strictEqual(refused._tag === "CommandRefused" && refused.attempts, 0)
        assert.include(refused.message, "email: Expected an e-mail address; phone: Expected a number like +4930123456")
        const day = yield* Effect.flip(submit("MarkDeceased", { person_id, died_on: "2026-02-30" }))
        assert.include(day.message, "died_on: Expected a day like 2026-03-01")
      }))
  })
