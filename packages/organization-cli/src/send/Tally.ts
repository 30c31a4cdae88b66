import type { CommandReply } from "@cim-domain/organization"

/** What came of the lines of a file so far. */
export interface Tally {
  /** How many answers of each outcome, or code of a refusal, in the order in which each came first. */
  readonly codes: ReadonlyMap<string, number>
  /** The first lines of each refusal. */
  readonly refusedLines: ReadonlyMap<string, ReadonlyArray<number>>
  readonly answered: number
  readonly refused: number
  /** How many warnings the service has given, with how many lines, and the first of them. */
  readonly warnings: number
  readonly warned: number
  readonly warnedLines: ReadonlyArray<number>
}

/** How many lines of each refusal, and with warnings, are kept to be named. */
const namedMax = 5

/** Before the first line. */
export const noAnswers: Tally = {
  codes: new Map(),
  refusedLines: new Map(),
  answered: 0,
  refused: 0,
  warnings: 0,
  warned: 0,
  warnedLines: []
}

/** The outcome of an answer, or the code of its refusal. */
export const codeOf = (reply: CommandReply): string => reply.status === "ok" ? reply.outcome : reply.failure.code

/** One more answer. */
export const withAnswer = (tally: Tally, reply: CommandReply, line: number): Tally => {
  const code = codeOf(reply)
  const isRefusal = reply.status === "error"
  const named = tally.refusedLines.get(code) ?? []
  const isWarned = reply.warnings.length > 0
  return {
    codes: new Map(tally.codes).set(code, (tally.codes.get(code) ?? 0) + 1),
    refusedLines: isRefusal && named.length < namedMax
      ? new Map(tally.refusedLines).set(code, [...named, line])
      : tally.refusedLines,
    answered: tally.answered + 1,
    refused: tally.refused + (isRefusal ? 1 : 0),
    warnings: tally.warnings + reply.warnings.length,
    warned: tally.warned + (isWarned ? 1 : 0),
    warnedLines: isWarned && tally.warnedLines.length < namedMax ? [...tally.warnedLines, line] : tally.warnedLines
  }
}
