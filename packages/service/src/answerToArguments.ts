import { exitCodes } from "./exitCodes.ts"
import type { Program } from "./Program.ts"
import { variablesOf } from "./Settings.ts"
import type { Variable } from "./Variable.ts"

/** What to write instead of starting, and with what to end. */
export interface Answer {
  readonly code: number
  readonly text: string
}

/** What the program answers to its arguments, without a line break at the end; nothing when it is to start. */
export const answerToArguments = (program: Program, given: ReadonlyArray<string>): Answer | undefined => {
  const unknown = given.find((argument) => !Object.hasOwn(answers, argument))
  if (unknown !== undefined) {
    const text = `${program.name}: given ${
      JSON.stringify(unknown)
    }; accepted: no argument, --help or --version; settings are environment variables`
    return { code: exitCodes.usage, text }
  }
  const [first] = given
  return first === undefined ? undefined : { code: exitCodes.stopped, text: answers[first]!(program) }
}

const help = (program: Program) =>
  `${program.name} ${program.version}
${program.about}

Usage: ${program.name}               serves until it is told to stop, by SIGTERM, SIGINT, SIGHUP or SIGQUIT
       ${program.name} --help        shows this
       ${program.name} --version     shows the version

It is configured by environment variables; one that is empty counts as unset:
${Object.values<Variable<unknown>>({ ...variablesOf(program), ...program.limits }).map(describe).join("\n")}

It ends with ${exitCodes.stopped} when it was told to stop, ${exitCodes.failed} when it cannot go on (the log says why), ${exitCodes.usage} for unknown arguments,
${exitCodes.interrupted} when Ctrl-C was pressed twice.`

const describe = ({ about, accepted, fallback, name }: Variable<unknown>) => `
  ${name}${fallback === undefined ? "" : ` (default ${fallback})`}
      ${about}.
      Accepted: ${accepted}.`

const answers: Readonly<Record<string, (program: Program) => string>> = {
  "--help": help,
  "-h": help,
  "--version": ({ version }) => version
}
