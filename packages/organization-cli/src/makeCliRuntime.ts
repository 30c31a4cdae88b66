import * as NodeServices from "@effect/platform-node/NodeServices"
import { Cause, Exit, Layer, References, Runtime } from "effect"
import { CliConfig, CliError, GlobalFlag } from "effect/cli"
import { exitCodes } from "./exitCodes.ts"
import { Interruption } from "./Interruption.ts"
import { consoleLayer, type Output } from "./output/Output.ts"
import { presenterLayer } from "./presenterLayer.ts"

// What is logged below is for operators of a daemon; here the failure itself is the message.
const quiet = Layer.succeed(References.MinimumLogLevel, "None")
const flags = CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions] })

/** What is interrupted may or may not have taken effect, and what cannot be parsed is the user's mistake, not a refusal. */
const teardownOf = (interruption: Interruption["Service"]): Runtime.Teardown => (exit, done) => {
  if (Exit.isSuccess(exit)) return done(0)
  if (Cause.hasInterruptsOnly(exit.cause)) return done(interruption.exitCode())
  const error = Cause.squash(exit.cause)
  const usage = CliError.isCliError(error) && Runtime.getErrorExitCode(error) !== 0
  return usage ? done(exitCodes.usage) : Runtime.defaultTeardown(exit, done)
}

/** What one run of the CLI needs around it: the services it uses over its output, and how its end becomes an exit code. */
export const makeCliRuntime = () => {
  const interruption = Interruption.make()
  const always = Layer.mergeAll(NodeServices.layer, quiet, flags, Layer.succeed(Interruption, interruption))
  return {
    servicesOver: <E, R>(output: Layer.Layer<Output, E, R>) =>
      Layer.mergeAll(always, consoleLayer, presenterLayer).pipe(Layer.provideMerge(output)),
    teardown: teardownOf(interruption)
  }
}
