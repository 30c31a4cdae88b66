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
  "\u3164\u200d \u00ad",
  "a  b",
  "a\tb",
  "🦊".repeat(64),
  "é".repeat(65),
  "2025-03-01",
  "2025-02-29",
  "0000-01-01",
  "2025-03-01T23:60:00Z",
  "2025-03-01T10:00:60Z",
  "2016-12-31T18:59:60.5-05:00",
  "می\u200cخواهم",
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
  { constructor: 1 },
  { " constructor\t": 1 },
  { text: "é".repeat(4_090) },
  { text: "é".repeat(4_091) },
  { text: "e\u0301".repeat(4_090) },
  { text: "x".repeat(65_525) },
  { text: "x".repeat(65_526) },
  { big: 9_007_199_254_740_992 },
  { half: "\ud83d" },
  Array.from({ length: 11 }, (_, index) => `0198c0de-0000-7000-8000-0000000000${index + 10}`)
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
    () =>
      withBody({
        ...body,
        identity: random.pick<unknown>([
          {},
          { causation_id: command.commandId },
          { message_id: command.commandId, causation_id: "" },
          { message_id: command.commandId, correlation_id: { kind: "Double", value: command.organizationId } },
          { message_id: command.commandId, correlation_id: { kind: "Single" } }
        ])
      }),
    () => withBody({ ...body, command_type: random.pick<unknown>(["BuildRome", 3]) }),
    () => withBody([body]),
    () => ({ ...command, body: "{" }),
    () => ({ ...command, subject: command.subject.replace(/\.\w+$/, ".create_team") }),
    () => ({ ...command, subject: `${command.subject}.more` }),
    () => ({ ...command, subject: command.subject.replace(command.organizationId, command.commandId) })
  ])()
}
