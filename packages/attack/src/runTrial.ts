import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Cause, Effect, Exit, Layer, References, Runtime } from "effect"
import { CliConfig, CliError, Command, GlobalFlag } from "effect/cli"
import { Broken } from "./Broken.ts"

/** 0 when all is as promised, 1 when it is not, 2 for a trial that could not be made. */
const teardown: Runtime.Teardown = (exit, done) => {
  if (Exit.isSuccess(exit)) return done(0)
  const error = Cause.squash(exit.cause)
  if (error instanceof Broken) return done(1)
  if (Cause.hasInterruptsOnly(exit.cause)) return done(130)
  // Its own words have been printed, with the help.
  if (CliError.isCliError(error)) return done(Runtime.getErrorExitCode(error) === 0 ? 0 : 2)
  process.stderr.write(`the trial could not be made: ${error instanceof Error ? error.message : String(error)}\n`)
  return done(2)
}

// What connections log while they are being cut is no news here.
const quiet = Layer.succeed(References.MinimumLogLevel, "None")
const flags = CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version] })

/** Runs a command as a program of its own: reads its arguments, and exits with its verdict. */
export const runTrial = <Name extends string, Input, Context, E>(
  command: Command.Command<Name, Input, Context, E, NodeServices.NodeServices>
): void =>
  command.pipe(
    Command.run({ version: "0.1.0" }),
    Effect.provide(Layer.mergeAll(NodeServices.layer, quiet, flags)),
    (program) => NodeRuntime.runMain(program, { teardown, disableErrorReporting: true })
  )
