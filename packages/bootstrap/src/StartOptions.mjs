import path from "node:path"
import { parseArgs } from "node:util"
import { Paths } from "./Paths.mjs"
import { ToolchainError } from "./ToolchainError.mjs"

/**
 * @typedef {object} StartOptions
 * @property {number} port
 * @property {number} replicas
 * @property {string} data absolute path
 */

/** What `npm start` can be told. */
export const StartOptions = {
  help: `Starts a broker and replicas of organization-service on this machine, until Ctrl-C.

  npm start -- [options]

  --port N       where the broker listens on 127.0.0.1       1 to 65535, default 4222
  --replicas N   how many replicas                           1 to 16, default 3
  --data DIR     where events, snapshots and logs are kept   default .data
  --help         this text
`,

  /**
   * @param {ReadonlyArray<string>} args
   * @returns {StartOptions | "help"}
   */
  parse: (args) => {
    const { port = "4222", replicas = "3", data = Paths.data, help } = read(args)
    if (help === true) return "help"
    if (data === "") throw refused("--data needs a folder")
    return {
      port: integer("--port", port, 1, 65_535),
      replicas: integer("--replicas", replicas, 1, 16),
      data: path.resolve(data)
    }
  }
}

/** @param {ReadonlyArray<string>} args */
const read = (args) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: "string" },
        replicas: { type: "string" },
        data: { type: "string" },
        help: { type: "boolean", short: "h" }
      }
    }).values
  } catch (error) {
    // Node's words name the argument; its advice about `--` that follows does not fit here.
    throw refused(error instanceof Error ? (error.message.split(". ")[0] ?? "") : String(error))
  }
}

/**
 * @param {string} option
 * @param {string} given
 * @param {number} minimum
 * @param {number} maximum
 */
const integer = (option, given, minimum, maximum) => {
  const value = /^\d{1,6}$/.test(given) ? Number(given) : Number.NaN
  if (value >= minimum && value <= maximum) return value
  throw refused(`${option} is "${given}"; accepted is a whole number from ${minimum} to ${maximum}`)
}

/** @param {string} reason */
const refused = (reason) => new ToolchainError(`${reason} (\`npm start -- --help\` lists the options)`, 2)
