import { type Law, law } from "@cim-domain/event-sourcing/testing/Law"
import { assert } from "@effect/vitest"
import { Schema } from "effect"
import { type AnyDefinition, make } from "../../Aggregate.ts"
import type { CommandTable } from "../../definition/CommandCatalog.ts"
import { isDefinition } from "../../definition/CommandCatalog.ts"
import type { EventTable } from "../../definition/EventCatalog.ts"
import type { EventDefinition } from "../../Event.ts"
import type { StateDefinition } from "../../State.ts"
import type { LawDomain } from "./LawDomain.ts"

/** The laws of what follows from a definition as a whole. */
export const definitionLaws = ({ aggregate: { definition, states } }: LawDomain): ReadonlyArray<Law> => [
  law("the fingerprint of states changes with the state, with the events, and with what they mean", 1, [], () => {
    assert.strictEqual(
      make(definition).states.fingerprint,
      states.fingerprint,
      "the same definition, another fingerprint"
    )
    const seen = new Map([[states.fingerprint, "the definition as it is"]])
    for (const [change, changed] of changes(definition)) {
      const { fingerprint } = make(changed).states
      assert.isUndefined(seen.get(fingerprint), `${change} has the fingerprint of ${seen.get(fingerprint)}`)
      seen.set(fingerprint, change)
    }
  })
]

const addition = { added_by_a_law: Schema.optionalKey(Schema.String) }

/** Definitions that differ from one in a way that makes its snapshots worth nothing. */
const changes = (definition: AnyDefinition): ReadonlyArray<readonly [string, AnyDefinition]> => {
  const events = definition.events as EventTable
  const commands = definition.commands as CommandTable
  const state = definition.state as Schema.Struct<Schema.Struct.Fields> | StateDefinition<unknown>
  const schema = "_tag" in state && state._tag === "StateDefinition"
    ? state.schema
    : state as Schema.Struct<Schema.Struct.Fields>
  const larger = Schema.Struct({ ...schema.fields, ...addition })
  return [
    ["another evolve", { ...definition, evolveVersion: (definition.evolveVersion ?? 1) + 1 }],
    ["one more event", { ...definition, events: { ...events, AddedByALaw: {} } }],
    ["one more command", { ...definition, commands: { ...commands, AddByALaw: {} } }],
    ["a larger state", { ...definition, state: schema === state ? larger : { ...state, schema: larger } as never }],
    ...Object.entries(events).map(([type, given]): readonly [string, AnyDefinition] => {
      const fields = isDefinition<EventDefinition>(given) ? given.fields : given
      const more = { ...fields, ...addition }
      return [
        `a field more in ${type}`,
        {
          ...definition,
          events: { ...events, [type]: isDefinition<EventDefinition>(given) ? { ...given, fields: more } : more }
        }
      ]
    })
  ]
}
