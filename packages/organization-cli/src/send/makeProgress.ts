import { Clock, Effect, Stdio, Terminal } from "effect"
import { Output } from "../output/Output.ts"
import { complain } from "../output/print.ts"
import { lineColumns } from "../tree/wrapWords.ts"
import { describeProgress, drawProgress } from "./describeTally.ts"
import type { Tally } from "./Tally.ts"

/** Shows on standard error how far sending has come. */
export interface Progress {
  /** After each answer; shows something only now and then. */
  readonly report: (tally: Tally) => Effect.Effect<void>
  /** Makes room for other output. */
  readonly clear: Effect.Effect<void>
}

const barMillis = 100
const lineMillis = 5000
const eraseLine = "\r\u001B[2K"

/** A bar that is drawn again and again on a terminal, and a plain line every five seconds elsewhere. */
export const makeProgress = Effect.fnUntraced(function*(total: number | null) {
  const stdio = yield* Stdio.Stdio
  const isTerminal = yield* stdio.stderrIsTerminal
  const { columns } = yield* Terminal.Terminal
  const startedAt = yield* Clock.currentTimeMillis
  const output = yield* Output
  const write = (text: string) => Effect.sync(() => output.write("stderr", text))
  let shownAt = startedAt
  let isDrawn = false

  const report = Effect.fnUntraced(function*(tally: Tally) {
    const now = yield* Clock.currentTimeMillis
    if (now - shownAt < (isTerminal ? barMillis : lineMillis) && isDrawn === isTerminal) return
    shownAt = now
    isDrawn = isTerminal
    if (!isTerminal) return yield* complain([describeProgress(tally, total, now - startedAt)])
    // A line that wraps could not be erased. Nobody knows the width when standard output goes elsewhere.
    const width = (yield* columns) || lineColumns
    yield* write(`${eraseLine}${drawProgress(tally, total, now - startedAt).slice(0, width - 1)}`)
  })
  const clear = Effect.suspend(() => {
    const wasDrawn = isDrawn
    isDrawn = false
    return wasDrawn ? write(eraseLine) : Effect.void
  })
  return { report, clear } satisfies Progress
})
