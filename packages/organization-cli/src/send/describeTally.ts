import type { Tally } from "./Tally.ts"

/** Answers a second, unless it is too early to tell. */
const rate = ({ answered }: Tally, elapsedMillis: number): ReadonlyArray<string> =>
  elapsedMillis < 1 ? [] : [`${Math.round(answered * 1000 / elapsedMillis)}/s`]

const outcomes = ({ answered, refused }: Tally): string => `${answered - refused} done, ${refused} refused`

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

/** What came of it all: one line, and one for each outcome and each refusal with the lines it came to. */
export const describeTally = (tally: Tally, elapsedMillis: number): string => {
  const width = Math.max(0, ...Array.from(tally.codes.keys(), (code) => code.length))
  const digits = Math.max(0, ...Array.from(tally.codes.values(), (count) => String(count).length))
  return [
    [`${tally.answered} in ${(elapsedMillis / 1000).toFixed(1)} s`, ...rate(tally, elapsedMillis), outcomes(tally)]
      .join(" · "),
    ...Array.from(tally.codes, ([code, count]) => {
      const lines = tally.refusedLines.get(code) ?? []
      const where = lines.length === 0
        ? ""
        : `  line${lines.length === 1 ? "" : "s"} ${lines.join(", ")}${count > lines.length ? ", …" : ""}`
      return `  ${code.padEnd(width)}  ${String(count).padStart(digits)}${where}`
    })
  ].join("\n")
}
