import { Arbitrary, Schema } from "effect"
import { deciderLaws } from "../src/testing/deciderLaws.ts"
import { tally } from "./Tally.ts"

const ids = Schema.Literals(["a", "b", "c", "d", "e", "f"])
const amounts = Schema.Int.check(Schema.isBetween({ minimum: -3, maximum: 9 }))

deciderLaws("tally", {
  decider: tally,
  aggregateId: "aggregate",
  walks: Arbitrary.map(
    Arbitrary.schema(Schema.Array(Schema.Struct({ id: ids, amount: amounts }))),
    (commands) => commands.map((command) => [command, { limit: 20 }] as const)
  ),
  histories: Arbitrary.schema(Schema.Array(Schema.Struct({ commandId: ids, amount: amounts }))),
  versionOf: (state) => state.version
})
