#!/usr/bin/env node
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, Layer, References } from "effect"
import { CliConfig, Command, GlobalFlag } from "effect/cli"
import { attackCommand, teardown } from "./attackCommand.ts"

// What connections log while they are being cut is no news here.
const quiet = Layer.succeed(References.MinimumLogLevel, "None")
const flags = CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version] })

attackCommand.pipe(
  Command.run({ version: "0.1.0" }),
  Effect.provide(Layer.mergeAll(NodeServices.layer, quiet, flags)),
  (program) => NodeRuntime.runMain(program, { teardown, disableErrorReporting: true })
)
