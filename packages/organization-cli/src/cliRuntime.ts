import * as NodeServices from "@effect/platform-node/NodeServices"
import { Cause, Console, Effect, Exit, Layer, References, Runtime } from "effect"
import { CliConfig, CliError, CliOutput, GlobalFlag } from "effect/cli"
import { exitCodes } from "./exitCodes.ts"
import { hideAddresses } from "./hideAddresses.ts"
import { interruption } from "./interruption.ts"

// What is logged below is for operators of a daemon; here the failure itself is the message.
const quiet = Layer.succeed(References.MinimumLogLevel, "None")
const flags = CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions] })

/** Errors repeat arguments that are in the wrong place, and one may be an address with a password. */
const presenter = CliOutput.layerPresenter({
  present: (event) =>
    event._tag === "InvalidInvocation"
      ? Effect.updateService(CliOutput.defaultPresenter.present(event), Console.Console, (console) =>
        Object.assign(Object.create(console) as Console.Console, {
          error: (...values: ReadonlyArray<unknown>) =>
            console.error(...values.map((each) =>
              hideAddresses(String(each))
            ))
        }))
      : CliOutput.defaultPresenter.present(event)
})

/** What is interrupted may or may not have taken effect, and what cannot be parsed is the user's mistake, not a refusal. */
const teardown: Runtime.Teardown = (exit, done) => {
  if (Exit.isSuccess(exit)) return done(0)
  if (Cause.hasInterruptsOnly(exit.cause)) return done(interruption.exitCode)
  const error = Cause.squash(exit.cause)
  const usage = CliError.isCliError(error) && Runtime.getErrorExitCode(error) !== 0
  return usage ? done(exitCodes.usage) : Runtime.defaultTeardown(exit, done)
}

/** What the CLI needs around it: the services it uses, and how its end becomes an exit code. */
export const cliRuntime = { services: Layer.mergeAll(NodeServices.layer, quiet, flags, presenter), teardown } as const
