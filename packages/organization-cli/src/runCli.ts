import { Effect, Exit, Result } from "effect"
import { Command, Completions } from "effect/cli"
import { readArguments } from "./arguments/readArguments.ts"
import { BadInput, type CliFailure, Fault, isCliFailure, Unwritten } from "./exitCodes.ts"
import { hideAddresses } from "./hideAddresses.ts"
import { organizationCli } from "./organizationCli.ts"
import { Output } from "./output/Output.ts"
import { complain } from "./output/print.ts"

const program = Completions.fromCommand(organizationCli)
const run = Command.runWith(organizationCli, { version: "0.1.0" })

/** Runs `organization` with arguments. All that it has to say has been written, or is called lost, when it ends. */
export const runCli = (args: ReadonlyArray<string>) =>
  Effect.gen(function*() {
    const read = readArguments(args, program)
    yield* Result.isFailure(read) ? new BadInput({ problems: read.failure.map(hideAddresses) }) : run(read.success)
    const losses = yield* written
    for (const channel of ["stdout", "stderr"] as const) {
      const loss = losses[channel]
      if (loss !== undefined) return yield* new Unwritten({ channel, loss, whatHappened: null })
    }
  }).pipe(
    Effect.catchDefect((defect) => Effect.fail(new Fault({ lines: [`a fault of this program: ${String(defect)}`] }))),
    Effect.tapError((error) => isCliFailure(error) ? say(error) : Effect.void),
    Effect.onExit((exit) => Exit.hasInterrupts(exit) ? lastWords : Effect.asVoid(written))
  )

/** How long Ctrl-C waits for a reader that takes nothing. */
const lastWordsMax = "1 second"

const written = Effect.flatMap(Output, ({ losses }) => losses)
const lastWords = Effect.ignore(Effect.timeout(Effect.interruptible(written), lastWordsMax))

/** What cannot be parsed has been said by the parser. */
const say = ({ lines }: CliFailure): Effect.Effect<void> => {
  const [first, ...rest] = lines
  return first === undefined ? Effect.void : complain([`✗ ${first}`, ...rest])
}
