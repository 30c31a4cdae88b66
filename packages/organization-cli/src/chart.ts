import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { depthFlag } from "./depthFlag.ts"
import { describeChart } from "./describeChart.ts"
import { Refused } from "./exitCodes.ts"
import { fields } from "./fields.ts"
import { loadOrganization } from "./loadOrganization.ts"
import { complain, print } from "./output/print.ts"

/** `organization chart ID`. */
export const chart = Command.make(
  "chart",
  {
    id: fields.organizationId,
    root: Flag.String("root").pipe(
      Flag.withMetavar("ROLE"),
      Flag.withDescription("Only this role and those below it, by id or code"),
      Flag.optional
    ),
    depth: depthFlag
  },
  Effect.fnUntraced(function*({ depth, id, root }) {
    const state = yield* loadOrganization(id)
    const drawn = describeChart(state, { depth, root: Option.getOrNull(root) })
    if (drawn !== null) return yield* print(drawn)
    yield* complain([`✗ there is no role ${Option.getOrNull(root)}, or not any more`])
    return yield* new Refused({ count: 1 })
  })
).pipe(
  Command.withDescription("Show who reports to whom"),
  Command.withExamples([
    { command: "organization chart 0198c0de-…", description: "All roles" },
    { command: "organization chart 0198c0de-… --root CEO --depth 2", description: "The CEO and who reports there" }
  ])
)
