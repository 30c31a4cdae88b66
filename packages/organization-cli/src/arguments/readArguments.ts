import { Result } from "effect"
import type { Completions } from "effect/cli"
import { takeValues } from "./takeValues.ts"

/**
 * Arguments in a form that the parser reads as they were meant, or the one thing that is wrong with them. An argument whose
 * bytes were not UTF-8 comes with U+FFFD in their place, from Node as from npm before it, so that what was typed is gone.
 */
export const readArguments = (
  args: ReadonlyArray<string>,
  program: Completions.CommandDescriptor
): Result.Result<ReadonlyArray<string>, ReadonlyArray<string>> => {
  const broken = args.findIndex((arg) => arg.includes("\uFFFD") || !arg.isWellFormed())
  if (broken === -1) return takeValues(args, program)
  return Result.fail([
    `argument ${broken + 1} is not UTF-8: ${JSON.stringify(args[broken])}`,
    "Is the terminal or the script in Latin-1 or Windows-1252? Convert it with iconv -f WINDOWS-1252 -t UTF-8",
    "A file whose name is not UTF-8 can be given on standard input: organization send - < FILE"
  ])
}
