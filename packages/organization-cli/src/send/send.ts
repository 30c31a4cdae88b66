import { type CommandUnsettled, makeCommandClient } from "@cim-domain/event-sourcing"
import { NatsConnection } from "@cim-domain/nats/NatsConnection"
import { type CommandReply, readAnswer } from "@cim-domain/organization"
import { Clock, Duration, Effect, Stream } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { SecureRandom } from "effect/crypto"
import { describeReply } from "../describeReply.ts"
import { describeUnsettled } from "../describeUnsettled.ts"
import { BadInput, Refused, Unanswered } from "../exitCodes.ts"
import { makeRetryNotice } from "../makeRetryNotice.ts"
import { organizationCommand } from "../organizationCommand.ts"
import { complain, print, printJson } from "../output/print.ts"
import { withService } from "../withService.ts"
import { type CommandLine, isRepeatable, toSend } from "./CommandLine.ts"
import { describeTally } from "./describeTally.ts"
import { makeProgress } from "./makeProgress.ts"
import { checkLines, readLines } from "./readLines.ts"
import { strictProblem } from "./strictProblem.ts"
import { codeOf, noAnswers, type Tally, withAnswer } from "./Tally.ts"

/** What the service does not know, because for this run the line was given an id. */
const notRepeatable = "the line has no identity; sending the file again would repeat it"

/** What to know before a line is sent again that may have taken effect. */
const lookFirst = (line: CommandLine): ReadonlyArray<string> =>
  isRepeatable(line) ? [] : [`Line ${line.number} has no identity: look first whether it has taken effect`]

/** Where sending ended too early, and how to go on. */
const stoppedAt = (line: CommandLine, error: CommandUnsettled, server: string) => {
  const [trouble, ...rest] = describeUnsettled(error, server)
  return new Unanswered({
    lines: [
      `stopped at line ${line.number}: ${trouble}`,
      ...rest,
      `Go on with --from-line ${line.number}`,
      ...(error.mayHaveTakenEffect ? lookFirst(line) : [])
    ]
  })
}

/** `organization send FILE`. Lines are sent in order, each after the answer to the one before, because they may build on it. */
export const send = Command.make(
  "send",
  {
    file: Argument.String("file").pipe(
      Argument.withDescription("File of commands in UTF-8, one JSON object a line; - is standard input")
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
      Flag.withDescription("Print only refusals, warnings and the summary"),
      Flag.withDefault(false)
    ),
    strict: Flag.Boolean("strict").pipe(
      Flag.withDescription("Send no line with a field that would be ignored; of a file, none at all"),
      Flag.withDefault(false)
    )
  },
  Effect.fnUntraced(function*({ file, fromLine, json, quiet, strict }) {
    const wanted = { file, fromLine, check: strict ? strictProblem : () => null }
    const progress = yield* makeProgress(yield* checkLines(wanted))
    const startedAt = yield* Clock.currentTimeMillis
    let tally: Tally = noAnswers
    // What is on its way, and what to go on with once it is not.
    let sending: CommandLine | null = null
    let next = fromLine
    const { timeout } = yield* organizationCommand
    const tell = (reply: CommandReply, line: CommandLine) => {
      const isPlain = reply.status === "ok" && reply.warnings.length === 0
      if (quiet && isPlain) return Effect.void
      const said = isRepeatable(line) || reply.status === "error"
        ? reply
        : { ...reply, warnings: [...reply.warnings, notRepeatable] }
      const [headline, ...rest] = describeReply(said)
      return Effect.andThen(
        progress.clear,
        json ? printJson(said) : print([`line ${line.number}  ${headline}`, ...rest])
      ).pipe(Effect.mapError((error) =>
        error.because(
          `stopped after line ${line.number}, which was answered ${codeOf(reply)}; go on with --from-line ${next}`
        )
      ))
    }
    yield* Effect.gen(function*() {
      const { url } = yield* NatsConnection
      const client = yield* makeCommandClient({ read: readAnswer, deadline: Duration.seconds(timeout) })
      const onRetry = makeRetryNotice(url, timeout, progress.clear)
      yield* Stream.runForEach(
        readLines(wanted),
        Effect.fnUntraced(function*(line) {
          sending = line
          const { reply } = yield* Effect.mapError(
            client.send(toSend(line, SecureRandom.uuidV7Unsafe()), { onRetry }),
            (error) => stoppedAt(line, error, url)
          )
          sending = null
          next = line.number + 1
          tally = withAnswer(tally, reply, line.number)
          yield* tell(reply, line)
          yield* progress.report(tally)
        })
      ).pipe(Effect.catchTag("BadInput", (error) => Effect.fail(stoppedBefore(error, tally, next))))
    }).pipe(
      withService,
      Effect.onInterrupt(() =>
        Effect.andThen(
          progress.clear,
          complain([
            `interrupted; go on with --from-line ${sending?.number ?? next}`,
            ...(sending === null ? [] : lookFirst(sending))
          ])
        )
      ),
      Effect.ensuring(Effect.gen(function*() {
        yield* progress.clear
        yield* complain(describeTally(tally, (yield* Clock.currentTimeMillis) - startedAt))
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

/** What comes from a pipe is only known to be bad when what stood before it has been sent. */
const stoppedBefore = (error: BadInput, { answered }: Tally, next: number): BadInput =>
  answered === 0
    ? error
    : new BadInput({
      problems: [...error.problems, `It was not sent, nor what follows it; go on with --from-line ${next}`]
    })
