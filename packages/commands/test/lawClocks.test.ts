import * as Aggregate from "@cim-domain/commands/Aggregate"
import { identifier } from "@cim-domain/commands/fields/Identifier"
import * as Rejection from "@cim-domain/commands/Rejection"
import { accepted, rejected } from "@cim-domain/event-sourcing/Decider"
import { brokenLaws } from "@cim-domain/event-sourcing/testing/Law"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { type AggregateLawsOptions, lawsOfAggregates } from "../src/testing/aggregateLaws.ts"

const TooEarly = Rejection.make("TooEarly", "state", {}, () => "Not before 2030")

/** Something that opens in 2030. */
const Vault = Aggregate.make({
  name: "vault",
  id: identifier("VaultId"),
  commands: { OpenVault: {} },
  events: { VaultOpened: {} },
  errors: { TooEarly },
  state: Schema.Struct({ times: Schema.Int }),
  initial: { times: 0 },
  decide: (_, __, { now }) =>
    now < Date.parse("2030-01-01") ? rejected(TooEarly.make({})) : accepted({ event_type: "VaultOpened" }),
  evolve: (state) => ({ times: state.times + 1 })
})

const broken = (options: AggregateLawsOptions) =>
  brokenLaws(
    lawsOfAggregates(Vault, { runs: 5, length: 3, ...options }).filter(({ name }) => name.startsWith("commands lead"))
  )

describe("the clock of laws", () => {
  it.effect("is named where no command leads to an event", () =>
    Effect.gen(function*() {
      const [found] = yield* broken({})
      assert.match(found!.why, /VaultOpened/)
      assert.match(found!.why, /decided from 2023-11-1\d\S+ to 2023-11-2\d\S+: .*`now`/)
    }))

  it.effect("may be chosen", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* broken({ now: Date.parse("2031-01-01") }), [])
    }))
})
