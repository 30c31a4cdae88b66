import { nearest } from "./nearest.mjs"
import { Suites } from "./Suites.mjs"
import { ToolchainError } from "./ToolchainError.mjs"

/** What `npm test` can be told. */
export const TestOptions = {
  help: `Checks everything: ${Suites.all.map(({ name, about }) => `${name} (${about})`).join(", ")}.

  npm test                             all of it
  npm test -- --only NAME[,NAME]       some of it, by the names above
  npm test -- ARGUMENTS                all of it, with ARGUMENTS for vitest:
                                       npm test -- --only tests packages/nats -t reconnect
  npm test -- --help                   this text
`,

  /**
   * @param {ReadonlyArray<string>} args
   * @returns {"help" | { suites: ReadonlyArray<import("./Suites.mjs").Suite>, vitestArgs: ReadonlyArray<string> }}
   */
  parse: (args) => {
    if (args.includes("--help") || args.includes("-h")) return "help"
    const misspelt = args.find((argument) => meantBy(argument) !== undefined)
    if (misspelt !== undefined) {
      throw new ToolchainError(`Unknown option '${misspelt}': did you mean ${meantBy(misspelt)}?`, 2)
    }
    const at = args.findIndex((argument) => argument === "--only" || argument.startsWith("--only="))
    if (at === -1) return { suites: Suites.all, vitestArgs: args }
    const isJoined = args[at] !== "--only"
    const names = (isJoined ? args[at]?.slice("--only=".length) : args[at + 1])?.split(",") ?? []
    const accepted = Suites.all.map(({ name }) => name)
    const unknown = names.filter((name) => !accepted.includes(name))
    if (names.length === 0 || unknown.length > 0) {
      throw new ToolchainError(
        `--only is "${names.join(",")}"; accepted are ${accepted.join(", ")}, with commas between`,
        2
      )
    }
    return {
      suites: Suites.all.filter(({ name }) => names.includes(name)),
      vitestArgs: args.toSpliced(at, isJoined ? 1 : 2)
    }
  }
}

/**
 * Our option that a long option nearly is. What is far from all of ours is for vitest.
 * @param {string} argument
 */
const meantBy = (argument) => {
  const option = argument.split("=")[0] ?? ""
  if (!option.startsWith("--") || option.length < 5) return undefined
  const meant = nearest(option, ["--only", "--help"])
  return meant === option ? undefined : meant
}
