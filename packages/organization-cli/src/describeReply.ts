import type { CommandReply } from "@cim-domain/organization"

const outcomes = {
  applied: "done",
  no_change: "nothing to change",
  duplicate: "done before; this is the recorded answer",
  dry_run: "would be accepted; nothing was stored"
} as const

const row = (name: string, value: string | number | null) => value === null ? [] : [`  ${name.padEnd(13)} ${value}`]

/** An answer as lines for people: one headline and what to know about it. */
export const describeReply = (reply: CommandReply): readonly [string, ...ReadonlyArray<string>] => {
  const type = reply.command_type ?? "command"
  const common = [
    ...row("organization", reply.aggregate_id),
    ...row("version", reply.version),
    ...row("command id", reply.command_id),
    ...reply.warnings.map((warning) => `  warning       ${warning}`)
  ]
  if (reply.status === "ok") {
    return [
      `✓ ${type}: ${outcomes[reply.outcome]}`,
      ...reply.events.flatMap((event) =>
        row("event", `${event.event_type} (stream sequence ${event.stream_sequence})`)
      ),
      ...(reply.created_id === reply.aggregate_id ? [] : row("created", reply.created_id)),
      ...common
    ]
  }
  const { failure } = reply
  // The issues of a validation stand in lines of their own below.
  const headline = "issues" in failure.details ? "not valid" : failure.message
  return [
    `✗ ${type}: ${headline} (${failure.code})`,
    ...details(failure.details, [reply.aggregate_id, reply.command_id]),
    ...common,
    ...(failure.retryable && reply.command_id !== null
      ? [`  This may work later. Send it again with --command-id ${reply.command_id}; it cannot happen twice.`]
      : [])
  ]
}

const listedMax = 10

/** A value as one or more lines; of long lists the beginning. */
const linesOf = (value: unknown): ReadonlyArray<string> => {
  if (!Array.isArray(value)) return [typeof value === "string" ? value : JSON.stringify(value)]
  const items = value.map((item) => typeof item === "string" ? item : JSON.stringify(item))
  const more = items.length - listedMax
  return more > 0 ? [...items.slice(0, listedMax), `and ${more} more; --json shows all`] : items
}

/** The details of a failure, but for those that the answer shows anyway. */
const details = (values: object, shown: ReadonlyArray<unknown>): ReadonlyArray<string> =>
  Object.entries(values).filter(([, value]) => !shown.includes(value)).flatMap(([name, value]) =>
    name === "issues" && Array.isArray(value)
      ? value.map((issue: { path: string; message: string }) =>
        `  ${issue.path === "" ? "(body)" : issue.path}: ${issue.message}`
      )
      : linesOf(value).flatMap((line, index) => row(index === 0 ? name.replaceAll("_", " ") : "", line))
  )
