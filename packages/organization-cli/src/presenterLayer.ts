import { Effect, Layer } from "effect"
import { type CliError, CliOutput, TerminalCapabilities } from "effect/cli"
import { howToSayIt } from "./arguments/takeValues.ts"
import { hideAddresses } from "./hideAddresses.ts"
import { Output } from "./output/Output.ts"
import { complain } from "./output/print.ts"

/** An error of the parser as one line. */
const lineOf = (error: CliError.CliError): string => {
  const [line = ""] = error.message.split("\n\n", 1)
  const suggestions = "suggestions" in error ? error.suggestions : []
  if (suggestions.length > 0) return `${line}; did you mean ${suggestions.join(" or ")}?`
  return error._tag === "UnrecognizedOption" ? `${line}; ${howToSayIt(error.option)}` : line
}

/** All errors, or that which explains the others. */
const linesOf = (errors: ReadonlyArray<CliError.CliError>): ReadonlyArray<string> => {
  const command = errors.find(({ _tag }) => _tag === "UnknownSubcommand")
  return [...new Set((command === undefined ? errors : [command]).map(lineOf))]
}

/** Help on standard output, in colours on a terminal; what cannot be parsed in a line each on standard error. */
export const presenterLayer: Layer.Layer<never, never, Output> = Layer.effect(
  CliOutput.Presenter,
  Effect.gen(function*() {
    const output = yield* Output
    const { canColor } = yield* TerminalCapabilities.TerminalCapabilities
    const { formatHelpDoc, formatVersion } = CliOutput.defaultFormatter({ colors: canColor })
    return {
      present: (event) => {
        switch (event._tag) {
          case "Help":
            return Effect.sync(() => output.write("stdout", `${formatHelpDoc(event.helpDoc)}\n`))
          case "Version":
            return Effect.sync(() => output.write("stdout", `${formatVersion(event.name, event.version)}\n`))
          case "InvalidInvocation":
            return complain([
              // Arguments are repeated, and one in the wrong place may be an address with a password.
              ...linesOf(event.errors).map((line) => `✗ ${hideAddresses(line)}`),
              `See ${event.commandPath.join(" ")} --help`
            ])
        }
      }
    }
  })
)
