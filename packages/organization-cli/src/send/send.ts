import type { CommandReply } from "@cim-domain/organization"
import { Clock, Console, Effect, Stream } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { describeReply } from "../describeReply.ts"
import { Refused, Unanswered } from "../exitCodes.ts"
import { requestReply } from "../requestReply.ts"
import { withBroker } from "../withBroker.ts"
import { type CommandLine, isRepeatable, subjectOfLine } from "./CommandLine.ts"
import { describeTally } from "./describeTally.ts"
import { makeProgress } from "./makeProgress.ts"
import { countLines, readLines } from "./readLines.ts"
import { noAnswers, type Tally, withAnswer } from "./Tally.ts"

/** Where sending ended too early, and how to go on. */
const stoppedAt = (line: CommandLine, detail: string) =>
  new Unanswered({
    detail: [
      `stopped at line ${line.number}: ${detail}`,
      `Go on with --from-line ${line.number}`,
      ...(isRepeatable(line) ? [] : [`Line ${line.number} has no identity: look first whether it has taken effect`])
    ].join("\n")
  })

/** Sends one line. Fails with `Unanswered` also when the answer is to try again later: what follows may build on it. */
const sendLine = Effect.fnUntraced(function*(line: CommandLine): Effect.fn.Return<
  CommandReply,
  Unanswered,
  Effect.Services<ReturnType<typeof requestReply>>
> {
  const reply = yield* Effect.mapError(
    requestReply(subjectOfLine(line), line.text, {}),
    ({ detail }) => stoppedAt(line, detail)
  )
  return reply.status === "error" && reply.failure.retryable
    ? yield* stoppedAt(line, `${reply.failure.message} (${reply.failure.code})`)
    : reply
})

/** `organization send FILE`. Lines are sent in order, each after the answer to the one before, because they may build on it. */
export const send = Command.make(
  "send",
  {
    file: Argument.String("file").pipe(
      Argument.withDescription("File of commands, one JSON object a line; - is standard input")
    ),
    fromLine: Flag.Int("from-line").pipe(
      Flag.withMetavar("N"),
      Flag.withDescription("Begin with this line of the file, to go on where an earlier run stopped"),
      Flag.filter((line) => line >= 1, () => "at least 1"),
      Flag.withDefault(1)
    ),
    json: Flag.Boolean("json").pipe(Flag.withDescription("Print the answers as JSON lines"), Flag.withDefault(false)),
    quiet: Flag.Boolean("quiet").pipe(
      Flag.withAlias("q"),
      Flag.withDescription("Print only refusals and the summary"),
      Flag.withDefault(false)
    )
  },
  Effect.fnUntraced(function*({ file, fromLine, json, quiet }) {
    const progress = yield* makeProgress(yield* countLines(file, fromLine))
    const startedAt = yield* Clock.currentTimeMillis
    let tally: Tally = noAnswers
    let current = fromLine
    const inWords = (reply: CommandReply) => `line ${current}  ${describeReply(reply)}`
    const print = (reply: CommandReply) =>
      quiet && reply.status === "ok"
        ? Effect.void
        : Effect.andThen(progress.clear, Console.log(json ? JSON.stringify(reply) : inWords(reply)))
    yield* Stream.runForEach(
      readLines(file, fromLine),
      Effect.fnUntraced(function*(line) {
        current = line.number
        const reply = yield* sendLine(line)
        tally = withAnswer(tally, reply, line.number)
        yield* print(reply)
        yield* progress.report(tally)
      })
    ).pipe(
      withBroker,
      Effect.onInterrupt(() =>
        Effect.andThen(progress.clear, Console.error(`interrupted; go on with --from-line ${current}`))
      ),
      Effect.ensuring(Effect.gen(function*() {
        yield* progress.clear
        yield* Console.error(describeTally(tally, (yield* Clock.currentTimeMillis) - startedAt))
      }))
    )
    if (tally.refused > 0) return yield* new Refused({ count: tally.refused })
  })
).pipe(
  Command.withDescription("Send raw commands as they are"),
  Command.withExamples([
    { command: "organization send commands.jsonl", description: "From a file" },
    { command: "organization send commands.jsonl --quiet --from-line 120", description: "The rest of it" },
    { command: "generate | organization send - --json", description: "From a pipe, answers as JSON" }
  ])
)
