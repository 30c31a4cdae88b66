import { type Program, type ProgramOptions, startProgram } from "@cim-domain/testbed/Program"

/** Starts a program that may work for minutes before it says what is waited for. */
export const startMeasured = (options: ProgramOptions) => startProgram({ patience: "15 minutes", ...options })

/** Kinds of warnings, and last lines, that are repeated when something went wrong. */
const [kindsShown, linesShown] = [10, 5]

/** What a program warned of, each kind of warning once, and its last lines. */
export const lastWordsOf = (program: Program): string => {
  const warnings = new Map<string, number>()
  for (const { annotations, level, message } of program.log()) {
    if (level !== "WARN" && level !== "ERROR" && level !== "FATAL") continue
    const { reason = "" } = annotations as { readonly reason?: string }
    const kind = `${level} ${String(message)} ${reason}`.trimEnd()
    warnings.set(kind, (warnings.get(kind) ?? 0) + 1)
  }
  return [
    ...[...warnings].slice(-kindsShown).map(([kind, times]) => `${times} x ${kind}`),
    ...program.output().trimEnd().split("\n").slice(-linesShown)
  ].join("\n")
}
