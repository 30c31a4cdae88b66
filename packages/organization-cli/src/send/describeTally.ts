import type { Tally } from "./Tally.ts"

/** Answers a second, unless it is too early to tell. */
const rate = ({ answered }: Tally, elapsedMillis: number): ReadonlyArray<string> =>
  elapsedMillis < 1 ? [] : [`${Math.round(answered * 1000 / elapsedMillis)}/s`]

const outcomes = ({ answered, refused, warnings }: Tally): string =>
  `${answered - refused} done, ${refused} refused${
    warnings === 0 ? "" : `, ${warnings} warning${warnings === 1 ? "" : "s"}`
  }`

/** The first of `count` lines, in words. */
const where = (lines: ReadonlyArray<number>, count: number): string =>
  lines.length === 0
    ? ""
    : `  line${count === 1 ? "" : "s"} ${lines.join(", ")}${count > lines.length ? ", …" : ""}`

/** How far sending has come, as one line. `total` is the number of lines where it is known. */
export const describeProgress = (tally: Tally, total: number | null, elapsedMillis: number): string =>
  [
    total === null ? `${tally.answered}` : `${tally.answered} of ${total}`,
    ...rate(tally, elapsedMillis),
    outcomes(tally)
  ]
    .join(" · ")

const barColumns = 20

/** The same with a bar, where a total is known. */
export const drawProgress = (tally: Tally, total: number | null, elapsedMillis: number): string => {
  const progress = describeProgress(tally, total, elapsedMillis)
  if (total === null) return progress
  const filled = Math.min(barColumns, Math.floor(tally.answered * barColumns / Math.max(total, 1)))
  return `${"█".repeat(filled)}${"░".repeat(barColumns - filled)} ${progress}`
}

/** What came of it all: one line, and one for each outcome, for each refusal with the lines it came to, and for warnings. */
export const describeTally = (tally: Tally, elapsedMillis: number): ReadonlyArray<string> => {
  const rows = [
    ...Array.from(
      tally.codes,
      ([code, count]) => [code, count, where(tally.refusedLines.get(code) ?? [], count)] as const
    ),
    ...(tally.warnings === 0 ? [] : [["warnings", tally.warnings, where(tally.warnedLines, tally.warned)] as const])
  ]
  const width = Math.max(0, ...rows.map(([code]) => code.length))
  const digits = Math.max(0, ...rows.map(([, count]) => String(count).length))
  return [
    [`${tally.answered} in ${(elapsedMillis / 1000).toFixed(1)} s`, ...rate(tally, elapsedMillis), outcomes(tally)]
      .join(" · "),
    ...rows.map(([code, count, lines]) => `  ${code.padEnd(width)}  ${String(count).padStart(digits)}${lines}`)
  ]
}
