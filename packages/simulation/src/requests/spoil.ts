import { commandTable } from "../model/commandTable.ts"
import type { Randomness } from "../time/Randomness.ts"
import type { ComposedCommand } from "./composeCommand.ts"

/** Values that are wrong in some fields, and right in others. */
const oddities: readonly [unknown, ...ReadonlyArray<unknown>] = [
  "",
  "   ",
  "x".repeat(201),
  "x".repeat(4_001),
  "two\nlines",
  "\ud83d",
  "\u200b",
  "Größe",
  0,
  -1,
  1.5,
  256,
  4_294_967_296,
  true,
  [],
  {},
  ["a", ""],
  { Other: "" },
  { id: "no id" },
  "00000000-0000-0000-0000-000000000000",
  "2025-02-30T00:00:00Z",
  "Asleep",
  { deep: { __proto__x: 1 } },
  { constructor: 1 }
]

/** The same command, wrong in one place, or nearly. */
export const spoil = (random: Randomness, command: ComposedCommand): ComposedCommand => {
  const body = JSON.parse(command.body) as Record<string, unknown>
  const fields = Object.keys(commandTable[command.type]!.fields)
  const field = fields[random.below(fields.length)]!
  const withBody = (changed: unknown) => ({ ...command, body: JSON.stringify(changed) })
  return random.pick([
    () => withBody({ ...body, [field]: random.pick(oddities) }),
    () => withBody({ ...body, [field]: random.pick(oddities) }),
    () => withBody({ ...body, [field]: random.pick(oddities) }),
    () => withBody({ ...body, [field]: null }),
    () =>
      withBody({
        ...body,
        clear: random.pick<unknown>([["name"], "description", ["description", "description"], [3]])
      }),
    () => withBody({ ...body, expected_version: random.pick<unknown>([-1, 1.5, "1"]) }),
    () => withBody({ ...body, command_type: random.pick<unknown>(["BuildRome", 3]) }),
    () => withBody([body]),
    () => ({ ...command, body: "{" }),
    () => ({ ...command, subject: command.subject.replace(/\.\w+$/, ".create_team") }),
    () => ({ ...command, subject: `${command.subject}.more` }),
    () => ({ ...command, subject: command.subject.replace(command.organizationId, command.commandId) })
  ])()
}
