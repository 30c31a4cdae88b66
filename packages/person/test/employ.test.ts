import { inMemoryTransport } from "@cim-domain/commands/replica/inMemoryTransport"
import { uuidOf } from "@cim-domain/commands/testing/valueArbitraries"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { employ } from "../examples/employ.ts"
import { OrganizationId, Person, RoleId } from "../src/Person.ts"

const organization_id = OrganizationId.make(uuidOf(10))
const role_id = RoleId.make(uuidOf(20))

it.effect("a new employee is somebody new", () =>
  Effect.gen(function*() {
    const ada = yield* employ("Ada", organization_id, role_id, "2026-03-01")
    const zoe = yield* employ("Zoë", organization_id, role_id, "2026-03-01")
    assert.notStrictEqual(ada, zoe)
    const refused = yield* Effect.flip(employ("Nobody", organization_id, role_id, "2026-02-30"))
    assert.include(refused.message, "from: Expected a day like 2026-03-01")
  }).pipe(Effect.provide(inMemoryTransport(Person))))
