import { type CommandUnsettled, makeCommandClient } from "@cim-domain/event-sourcing"
import { NatsConnection } from "@cim-domain/nats/NatsConnection"
import { type CommandReply, readAnswer } from "@cim-domain/organization"
import { Clock, Console, Duration, Effect, Stream } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { SecureRandom } from "effect/crypto"
import { describeReply } from "../describeReply.ts"
import { describeUnsettled } from "../describeUnsettled.ts"
import { Refused, Unanswered } from "../exitCodes.ts"
import { makeRetryNotice } from "../makeRetryNotice.ts"
import { organizationCommand } from "../organizationCommand.ts"
import { withService } from "../withService.ts"
import { type CommandLine, isRepeatable, toSend } from "./CommandLine.ts"
import { describeTally } from "./describeTally.ts"
import { makeProgress } from "./makeProgress.ts"
import { countLines, readLines } from "./readLines.ts"
import { noAnswers, type Tally, withAnswer } from "./Tally.ts"

/** What the service does not know, because for this run the line was given an id. */
const notRepeatable = "the line has no identity; sending the file again would repeat it"

/** Where sending ended too early, and how to go on. */
const stoppedAt = (line: CommandLine, error: CommandUnsettled, server: string) =>
  new Unanswered({
    detail: [
      `stopped at line ${line.number}: ${describeUnsettled(error, server).join("\n")}`,
      `Go on with --from-line ${line.number}`,
      ...(isRepeatable(line) || !error.mayHaveTakenEffect
        ? []
        : [`Line ${line.number} has no identity: look first whether it has taken effect`])
    ].join("\n")
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
    const { timeout } = yield* organizationCommand
    const print = (reply: CommandReply) =>
      quiet && reply.status === "ok"
        ? Effect.void
        : Effect.andThen(progress.clear, Console.log(json ? JSON.stringify(reply) : inWords(reply)))
    yield* Effect.gen(function*() {
      const { url } = yield* NatsConnection
      const client = yield* makeCommandClient({ read: readAnswer, deadline: Duration.seconds(timeout) })
      const onRetry = makeRetryNotice(url, timeout, progress.clear)
      yield* Stream.runForEach(
        readLines(file, fromLine),
        Effect.fnUntraced(function*(line) {
          current = line.number
          const { reply: said } = yield* Effect.mapError(
            client.send(toSend(line, SecureRandom.uuidV7Unsafe()), { onRetry }),
            (error) => stoppedAt(line, error, url)
          )
          const reply = said.status === "ok" && !isRepeatable(line)
            ? { ...said, warnings: [...said.warnings, notRepeatable] }
            : said
          tally = withAnswer(tally, reply, line.number)
          yield* print(reply)
          yield* progress.report(tally)
        })
      )
    }).pipe(
      withService,
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
