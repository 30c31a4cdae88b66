import { parseArgs } from "node:util"
import { nearest } from "./nearest.mjs"
import { Paths } from "./Paths.mjs"
import { Services } from "./Services.mjs"
import { ToolchainError } from "./ToolchainError.mjs"

/**
 * @typedef {object} StartOptions
 * @property {import("./Services.mjs").Service} service
 * @property {number} port
 * @property {number} replicas
 * @property {string} data absolute path
 */

const options = /** @type {const} */ ({
  service: { type: "string" },
  port: { type: "string" },
  replicas: { type: "string" },
  data: { type: "string" },
  help: { type: "boolean", short: "h" }
})

/** What `npm start` can be told. */
export const StartOptions = {
  help: `Starts a broker and replicas of one service on this machine, until Ctrl-C.

  npm start -- [options]

  --service NAME  which service                               ${[...Services.keys()].join(" or ")}, default organization
  --port N        where the broker listens on 127.0.0.1       1 to 65535, default 4222
  --replicas N    how many replicas                           1 to 16, default 3
  --data DIR      where events, snapshots and logs are kept   default .data of the repository
  --help          this text

Services may share a folder, one after the other: each has streams of its own.
`,

  /**
   * @param {ReadonlyArray<string>} args
   * @param {NodeJS.ProcessEnv} [env] in which npm puts the options that it took for its own
   * @returns {StartOptions | "help"}
   */
  parse: (args, env = {}) => {
    const { service = "organization", port = "4222", replicas = "3", data, help } = read(args)
    if (help === true) return "help"
    const swallowed = ["service", "port", "replicas", "data"].find((name) => env[`npm_config_${name}`] !== undefined)
    if (swallowed !== undefined) {
      throw refused(
        `npm took --${swallowed} for itself: put \`--\` before our options, \`npm start -- --${swallowed} …\``
      )
    }
    if (data === "") throw refused("--data needs a folder")
    if (data?.includes("\0") === true) throw refused("--data has a NUL character in it")
    return {
      service: serviceOf(service),
      port: integer("--port", port, 1, 65_535),
      replicas: integer("--replicas", replicas, 1, 16),
      data: data === undefined ? Paths.data : Paths.given(data)
    }
  }
}

/** @param {ReadonlyArray<string>} args */
const read = (args) => {
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    // Node's words name the argument; its advice about `--` that follows does not fit here.
    const words = error instanceof Error ? (error.message.split(/\. |\n/)[0] ?? "") : String(error)
    const unknown = /^Unknown option '(.*)'/.exec(words)?.[1]
    const meant = unknown === undefined ? undefined : nearest(unknown, Object.keys(options).map((name) => `--${name}`))
    throw refused(meant === undefined ? words : `${words}: did you mean ${meant}?`)
  }
}

/** @param {string} name */
const serviceOf = (name) => {
  const service = Services.get(name)
  if (service !== undefined) return service
  const names = [...Services.keys()]
  const meant = name === "" ? undefined : nearest(name, names)
  const instead = meant === undefined ? `; accepted are ${names.join(", ")}` : `: did you mean ${meant}?`
  throw refused(`--service is ${JSON.stringify(name)}${instead}`)
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
  throw refused(`${option} is ${JSON.stringify(given)}; accepted is a whole number from ${minimum} to ${maximum}`)
}

/** @param {string} reason */
const refused = (reason) => new ToolchainError(`${reason} (\`npm start -- --help\` lists the options)`, 2)
