import { Result } from "effect"
import type { Completions } from "effect/cli"

type Program = Completions.CommandDescriptor

/**
 * Arguments in the one order that the parser, which takes all that begins with a dash for options, one a letter, cannot
 * misread: commands, options as `--name=value`, `--`, operands. An option that takes a value takes what follows it, unless
 * that is an option of its own; then, and for what looks like an option and is none, it fails with one line that says how to
 * write what may have been meant.
 */
export const takeValues = (
  args: ReadonlyArray<string>,
  program: Program
): Result.Result<ReadonlyArray<string>, ReadonlyArray<string>> => {
  const [taken, operands]: [Array<string>, Array<string>] = [[], []]
  let command = program
  for (let index = 0; index < args.length; index++) {
    const arg = args[index]!
    const next = args[index + 1]
    if (arg === "--") {
      operands.push(...args.slice(index + 1))
      break
    }
    if (isValueOption(command, arg)) {
      if (next === undefined || isOption(command, next)) return Result.fail(withoutValue(arg, next))
      taken.push(`${arg}=${next}`)
      index++
    } else if (isOption(command, arg)) taken.push(arg)
    else if (arg.startsWith("--")) {
      // The parser knows which option may be meant; what begins with a dash behind it is part of the same mistake.
      const isValue = !arg.includes("=") && next !== undefined && /^-[^-]/.test(next) && !isOption(command, next)
      taken.push(isValue ? `${arg}=${next}` : arg)
      if (isValue) index++
    } else if (looksLikeOption.test(arg) || (command.subcommands.length > 0 && /^-./.test(arg))) {
      return Result.fail(notAnOption(arg))
    } else if (command.subcommands.length === 0) operands.push(arg)
    else {
      taken.push(arg)
      command = command.subcommands.find(({ name }) => name === arg) ?? command
    }
  }
  return Result.succeed([...taken, "--", ...operands])
}

const looksLikeOption = /^-[A-Za-z][\w-]*(?:=.*)?$/s

/** Flags that every sub-command has. */
const help: ReadonlyArray<Pick<Completions.FlagDescriptor, "name" | "aliases" | "type">> = [
  { name: "help", aliases: ["h"], type: { _tag: "Boolean" } },
  { name: "version", aliases: ["v"], type: { _tag: "Boolean" } },
  { name: "completions", aliases: [], type: { _tag: "String" } }
]

/** The flag of a command that an argument is, or begins with before `=`. */
const flagOf = (command: Program, arg: string) => {
  const [name = ""] = arg.split("=", 1)
  return [...command.flags, ...help].find((flag) =>
    name === `--${flag.name}` || flag.type._tag === "Boolean" && name === `--no-${flag.name}` ||
    flag.aliases.some((alias) => name === (alias.length === 1 ? `-${alias}` : `--${alias}`))
  )
}

const isOption = (command: Program, arg: string): boolean => arg === "--" || flagOf(command, arg) !== undefined

const isValueOption = (command: Program, arg: string): boolean => {
  const flag = flagOf(command, arg)
  return flag !== undefined && flag.type._tag !== "Boolean" && !arg.includes("=")
}

/** What is said of what looks like an option and is none. */
export const howToSayIt = (text: string): string =>
  `if it is meant as it stands, put it behind all options and --, as in: -- ${quoted(text)}`

const quoted = (text: string): string => /^[\w./:=@-]+$/.test(text) ? text : JSON.stringify(text)

const withoutValue = (option: string, next: string | undefined): ReadonlyArray<string> =>
  next === undefined
    ? [`${option} needs a value`]
    : [`${option} needs a value; if ${quoted(next)} is meant, write ${option}=${quoted(next)}`]

const notAnOption = (arg: string): ReadonlyArray<string> => [
  `there is no option ${quoted(arg)}; ${howToSayIt(arg)}`
]
