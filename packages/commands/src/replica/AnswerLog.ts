import { type Context, Effect, LogLevel, Metric } from "effect"
import type { Catalog } from "../definition/Catalog.ts"
import type { CommandReply } from "../protocol/CommandReply.ts"

/** Counts answers: here, by type and outcome as a metric, and one by one in a log of everything. */
export interface AnswerLog {
  readonly add: (reply: CommandReply, services: Context.Context<never>) => void
  /** Answers so far. */
  readonly count: () => number
}

const commands = Metric.counter("commands_total", { description: "Commands by type and outcome", incremental: true })

/** One counter for each outcome of each type of command: there are as many as the catalogue has. */
const counters = new Map<string, Map<string, Metric.Counter<number>>>()

/** A log of answers for the commands of one domain. */
export const makeAnswerLog = Effect.fnUntraced(function*({ idField }: Catalog): Effect.fn.Return<AnswerLog> {
  const isDebug = yield* LogLevel.isEnabled("Debug")
  let count = 0
  return {
    add: (reply, services) => {
      count++
      const outcome = reply.status === "ok" ? reply.outcome : reply.failure.code
      counterOf(reply.command_type ?? "unknown", outcome).updateUnsafe(1, services)
      if (isDebug) Effect.runForkWith(services)(logged(idField, reply, outcome))
    },
    count: () => count
  }
})

const counterOf = (command_type: string, outcome: string): Metric.Counter<number> => {
  let ofType = counters.get(command_type)
  if (ofType === undefined) counters.set(command_type, ofType = new Map())
  let counter = ofType.get(outcome)
  if (counter === undefined) ofType.set(outcome, counter = Metric.withAttributes(commands, { command_type, outcome }))
  return counter
}

const logged = (idField: string, reply: CommandReply, outcome: string) =>
  Effect.annotateLogs(Effect.logDebug("command answered"), {
    command_type: reply.command_type ?? "unknown",
    outcome,
    command_id: reply.command_id,
    [idField]: reply.aggregate_id,
    version: reply.version,
    stream_sequence: reply.status === "ok" ? reply.stream_sequence : null
  })
