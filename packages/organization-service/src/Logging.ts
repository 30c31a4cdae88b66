import { Layer, Logger, type LogLevel, References } from "effect"
import process from "node:process"

/** Logs to standard output: one JSON object a line, or for eyes when it is a terminal. Nothing below `level`. */
export const logging = (level: LogLevel.LogLevel): Layer.Layer<never> =>
  Layer.mergeAll(
    Logger.layer([process.stdout.isTTY ? Logger.consolePretty() : Logger.consoleJson]),
    Layer.succeed(References.MinimumLogLevel, level)
  )
