import { Effect, FileSystem, Stdio, Stream } from "effect"
import { BadInput } from "../exitCodes.ts"
import type { CommandLine } from "./CommandLine.ts"

/** The lines of a file from a line on, without blank ones; `-` is standard input. Fails with `BadInput`. */
export const readLines = (
  file: string,
  fromLine: number
): Stream.Stream<CommandLine, BadInput, FileSystem.FileSystem | Stdio.Stdio> =>
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const stdio = yield* Stdio.Stdio
    return file === "-" ? stdio.stdin : fs.stream(file)
  }).pipe(
    Stream.unwrap,
    Stream.mapError((error) => new BadInput({ problems: [`cannot read ${file}: ${error.message}`] })),
    Stream.decodeText(),
    Stream.splitLines,
    Stream.map((text, index) => ({ number: index + 1, text })),
    Stream.filter(({ number, text }) => number >= fromLine && text.trim() !== "")
  )

/** How many lines {@link readLines} will give, or `null` when they can be read only once. Fails with `BadInput`. */
export const countLines = Effect.fnUntraced(function*(file: string, fromLine: number) {
  const fs = yield* FileSystem.FileSystem
  const isRegular = file !== "-" && (yield* fs.stat(file).pipe(
        Effect.mapError((error) => new BadInput({ problems: [`cannot read ${file}: ${error.message}`] }))
      )).type === "File"
  return isRegular ? yield* Stream.runCount(readLines(file, fromLine)) : null
})
