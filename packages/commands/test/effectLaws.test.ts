import * as Aggregate from "@cim-domain/commands/Aggregate"
import type { AnyAggregate, AnyDefinition } from "@cim-domain/commands/Aggregate"
import { Unfit } from "@cim-domain/commands/history/Evolved"
import { noChange } from "@cim-domain/event-sourcing/Decider"
import { brokenLaws } from "@cim-domain/event-sourcing/testing/Law"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { lawsOfAggregates } from "../src/testing/aggregateLaws.ts"
import { changedPaths } from "../src/testing/laws/effectLaws.ts"
import { Parcel } from "../src/testing/Parcel.ts"

const { definition } = Parcel

/** The parcel with a mistake in its definition. */
const planted = (changes: object): AnyAggregate => Aggregate.make({ ...definition, ...changes } as AnyDefinition)

const about = ({ event_type }: { readonly event_type: string }) =>
  event_type === "ParcelLabelled" ? ["labels"] : ["sender_id", "to", "due", "signed_by"]

const why = (domain: AnyAggregate, law: string) =>
  Effect.map(
    brokenLaws(lawsOfAggregates(domain, { runs: 100, about }).filter(({ name }) => name.startsWith(law))),
    ([found]) => found?.why ?? "it is not seen"
  )

describe("what commands and events change", () => {
  it.effect("a command that is dropped is seen: it is told to change nothing, and would", () =>
    Effect.gen(function*() {
      const domain = planted({
        decide: (...given: Parameters<typeof definition.decide>) =>
          given[0].labels.length > 0 && given[1]["command_type"] === "MoveParcel"
            ? noChange
            : definition.decide(...given)
      })
      const law = "no change is told only where"
      assert.match(yield* why(domain, law), /MoveParcel is told to change nothing, and would change this/)
      assert.strictEqual(yield* why(planted({}), law), "it is not seen")
    }))

  it.effect("an event that changes what it is not about is seen", () =>
    Effect.gen(function*() {
      const domain = planted({
        evolve: (...given: Parameters<typeof definition.evolve>) => {
          const after = definition.evolve(...given)
          return given[1]["event_type"] === "ParcelLabelled" && !(after instanceof Unfit)
            ? { ...after, due: null }
            : after
        }
      })
      const law = "an event changes nothing that it is not about"
      assert.match(yield* why(domain, law), /ParcelLabelled is about labels/)
      assert.strictEqual(yield* why(planted({}), law), "it is not seen")
    }))

  it("what differs is named by the ids of records, and what comes or goes by its own", () => {
    const before = { a: 1, list: [{ id: "x", b: 1 }, { id: "y", b: 1 }], none: [], kept: [{ id: "z" }] }
    const after = { a: 1, list: [{ id: "y", b: 2 }], none: [{ id: "w" }], kept: [{ id: "z" }] }
    assert.deepStrictEqual(changedPaths(before, after), ["list.x", "list.y.b", "none.w"])
  })
})
