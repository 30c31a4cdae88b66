import { decodeReply } from "@cim-domain/organization"
import type { History, SentCommand } from "@cim-domain/simulation/check/History"
import { Result } from "effect"
import type { Blow } from "./nemesis.ts"

/** An attack in numbers. */
export interface Figures {
  readonly commands: number
  readonly settled: number
  readonly applied: number
  readonly unchanged: number
  readonly rejected: number
  readonly duplicates: number
  readonly retries: number
  readonly unanswered: number
  readonly kills: number
  readonly pauses: number
  readonly restarts: number
  readonly cuts: number
  /** Brokers cut off from the other two. */
  readonly isolations: number
  /** Two of three brokers killed at once. */
  readonly outages: number
  readonly moves: number
  /** Between two commands of the writers that were applied. */
  readonly longestWriteGapMillis: number
  readonly organizations: number
  readonly events: number
  readonly snapshots: number
}

/** How a command ended: the outcome or the code of its last reply. */
export const endOf = ({ attempts, settled }: SentCommand): string => {
  const text = attempts.at(-1)?.answers[0]?.body
  const reply = !settled || text === undefined ? undefined : Result.getOrUndefined(decodeReply(text))
  return reply === undefined ? "unsettled" : reply.status === "ok" ? reply.outcome : reply.failure.code
}

/** Counts. */
export const figuresOf = (history: History, blows: ReadonlyArray<Blow>): Figures => {
  const { commands } = history
  const stream = history.stream ?? []
  const ends = commands.map(endOf)
  const count = (end: string) => ends.filter((each) => each === end).length
  const blown = (kind: Blow["kind"]) => blows.filter((blow) => blow.kind === kind).length
  const attempts = commands.flatMap((command) => command.attempts)
  const writes = commands.filter(({ writer }, index) => writer >= 0 && ends[index] === "applied")
    .map((command) => command.attempts.at(-1)!.endedAt).toSorted((left, right) => left - right)
  const gaps = writes.slice(1).map((at, index) => at - writes[index]!)
  const good = count("applied") + count("no_change") + count("duplicate")
  return {
    commands: commands.length,
    settled: commands.length - count("unsettled"),
    applied: count("applied"),
    unchanged: count("no_change"),
    rejected: commands.length - good - count("unsettled"),
    duplicates: count("duplicate"),
    retries: attempts.length - commands.length,
    unanswered: attempts.filter(({ failure }) => failure !== null).length,
    kills: blown("kill"),
    pauses: blown("pause"),
    restarts: blown("restart"),
    cuts: blown("cut"),
    isolations: blown("isolate"),
    outages: blown("outage"),
    moves: blown("move"),
    longestWriteGapMillis: Math.round(gaps.reduce((longest, gap) => Math.max(longest, gap), 0)),
    organizations: new Set(stream.map(({ subject }) => subject.split(".").at(-2))).size,
    events: stream.length,
    snapshots: history.snapshots.length
  }
}
