import * as NodeServices from "@effect/platform-node/NodeServices"
import { Cause, Exit, Layer, References, Runtime } from "effect"
import { CliConfig, CliError, GlobalFlag } from "effect/cli"
import { exitCodes } from "./exitCodes.ts"
import { interruption } from "./interruption.ts"
import { consoleLayer, type Output } from "./output/Output.ts"
import { presenterLayer } from "./presenterLayer.ts"

// What is logged below is for operators of a daemon; here the failure itself is the message.
const quiet = Layer.succeed(References.MinimumLogLevel, "None")
const flags = CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions] })

/** What is interrupted may or may not have taken effect, and what cannot be parsed is the user's mistake, not a refusal. */
const teardown: Runtime.Teardown = (exit, done) => {
  if (Exit.isSuccess(exit)) return done(0)
  if (Cause.hasInterruptsOnly(exit.cause)) return done(interruption.exitCode)
  const error = Cause.squash(exit.cause)
  const usage = CliError.isCliError(error) && Runtime.getErrorExitCode(error) !== 0
  return usage ? done(exitCodes.usage) : Runtime.defaultTeardown(exit, done)
}

/** What the CLI needs around it: the services it uses over its output, and how its end becomes an exit code. */
export const cliRuntime = {
  servicesOver: <E, R>(output: Layer.Layer<Output, E, R>) =>
    Layer.mergeAll(NodeServices.layer, quiet, flags, consoleLayer, presenterLayer).pipe(Layer.provideMerge(output)),
  teardown
} as const
