import { commandBytesMax } from "@cim-domain/commands/protocol/readBody"
import { Effect, type FileSystem, Result, type Stdio, Stream } from "effect"
import { BadInput } from "../exitCodes.ts"
import type { CommandLine } from "./CommandLine.ts"
import { decodeLine } from "./decodeLine.ts"
import { lineSplitter, type RawLine } from "./lineSplitter.ts"
import { isRegular, nameOfFile, readBytes } from "./readBytes.ts"

/** Which lines of a file are wanted, and what they have to be. */
export interface Wanted {
  readonly file: string
  readonly fromLine: number
  /** What is wrong with a line that can be read, or `null`. */
  readonly check: (line: CommandLine) => string | null
}

/** The longest line that is read, in bytes: as long as a command may be, with its carriage return and byte order mark. */
export const lineBytesMax = commandBytesMax + 4

/** What is wrong with a line. */
interface BadLine {
  readonly number: number
  readonly problem: string
  /** Whether it cannot even be decoded; the lines after it are no better, mostly. */
  readonly isUndecodable: boolean
}

/** A line that is not blank, or what is wrong with it. */
type Read = Result.Result<CommandLine, BadLine>

const readLine = ({ bytes, number, offset }: RawLine, check: Wanted["check"]): Read | null => {
  const fail = (problem: string, isUndecodable = false) => Result.fail({ number, problem, isUndecodable })
  if (bytes === null) return fail(`it is longer than ${commandBytesMax} bytes, which no command may be`)
  const text = decodeLine(bytes, offset)
  if (Result.isFailure(text)) return fail(text.failure, true)
  if (text.success.trim() === "") return null
  const line = { number, text: text.success }
  const problem = check(line)
  return problem === null ? Result.succeed(line) : fail(problem)
}

const readAll = (
  { check, file, fromLine }: Wanted
): Stream.Stream<Read, BadInput, FileSystem.FileSystem | Stdio.Stdio> =>
  Stream.suspend(() => {
    const split = lineSplitter(lineBytesMax)
    return Stream.concat(readBytes(file), Stream.succeed(undefined)).pipe(
      Stream.flatMap((part) => Stream.fromIterable(split(part))),
      Stream.filter(({ number }) => number >= fromLine),
      Stream.map((line) => readLine(line, check)),
      Stream.filter((read) => read !== null)
    )
  })

/** The lines of a file without blank ones. Fails with `BadInput` at the first that is not as wanted. */
export const readLines = (
  wanted: Wanted
): Stream.Stream<CommandLine, BadInput, FileSystem.FileSystem | Stdio.Stdio> =>
  Stream.mapEffect(
    readAll(wanted),
    (read) => Result.isSuccess(read) ? Effect.succeed(read.success) : badLines(wanted.file, [read.failure], 1)
  )

/** How many bad lines are named. */
const namedMax = 10

/**
 * How many lines {@link readLines} will give, or `null` when they can be read only once. Fails with `BadInput` and the first
 * lines that are not as wanted, so that nothing has been sent.
 */
export const checkLines = Effect.fnUntraced(function*(wanted: Wanted) {
  if (!(yield* isRegular(wanted.file))) return null
  let [good, bad] = [0, 0]
  const named: Array<BadLine> = []
  yield* Stream.runForEach(readAll(wanted), (read) =>
    Effect.sync(() => {
      if (Result.isSuccess(read)) good++
      else {
        bad++
        const isKnown = read.failure.isUndecodable && named.some(({ isUndecodable }) => isUndecodable)
        if (named.length < namedMax && !isKnown) named.push(read.failure)
      }
    }))
  return bad === 0 ? good : yield* badLines(wanted.file, named, bad)
})

const badLines = (
  file: string,
  named: ReadonlyArray<BadLine>,
  count: number
) =>
  Effect.fail(
    new BadInput({
      problems: [
        ...named.map(({ number, problem }) => `${nameOfFile(file)}, line ${number}: ${problem}`),
        ...(count > named.length ? [`and ${count - named.length} more`] : [])
      ]
    })
  )
