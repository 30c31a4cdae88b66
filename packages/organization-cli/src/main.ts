#!/usr/bin/env node
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Cause, Effect, Exit, Layer, References, Runtime } from "effect"
import { CliConfig, CliError, Command, GlobalFlag } from "effect/cli"
import { create } from "./create.ts"
import { dissolve } from "./dissolve.ts"
import { exitCodes } from "./exitCodes.ts"
import { organizationCommand } from "./organizationCommand.ts"
import { send } from "./send.ts"
import { show } from "./show.ts"
import { status } from "./status.ts"
import { tail } from "./tail.ts"
import { update } from "./update.ts"

/** Ctrl-C is a way to end `tail`, and what cannot be parsed is the user's mistake, not a refusal. */
const teardown: Runtime.Teardown = (exit, done) => {
  if (Exit.isSuccess(exit) || Cause.hasInterruptsOnly(exit.cause)) return done(0)
  const error = Cause.squash(exit.cause)
  const usage = CliError.isCliError(error) && Runtime.getErrorExitCode(error) !== 0
  return usage ? done(exitCodes.usage) : Runtime.defaultTeardown(exit, done)
}

// What is logged below is for operators of a daemon; here the failure itself is the message.
const quiet = Layer.succeed(References.MinimumLogLevel, "None")
const flags = CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions] })

organizationCommand.pipe(
  Command.withSubcommands([create, update, status, dissolve, send, show, tail]),
  Command.run({ version: "0.1.0" }),
  Effect.provide(Layer.mergeAll(NodeServices.layer, quiet, flags)),
  (program) => NodeRuntime.runMain(program, { teardown })
)
