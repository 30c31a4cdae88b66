import * as Client from "@cim-domain/commands/client/Client"
import { type OrganizationId, Person, PersonId, type RoleId } from "@cim-domain/person"
import { Effect } from "effect"

/** Registers somebody who holds a role from a day on. Gives the id of the person. */
export const employ = Effect.fnUntraced(
  function*(name: string, organization_id: OrganizationId, role_id: RoleId, from: string) {
    const { submit } = yield* Client.make(Person)
    const { created_id } = yield* submit("RegisterPerson", { name })
    const person_id = PersonId.make(created_id!)
    yield* submit("AssignRole", { person_id, organization_id, role_id, from })
    return person_id
  }
)
