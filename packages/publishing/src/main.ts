#!/usr/bin/env node
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, Layer } from "effect"
import { CliConfig, Command, GlobalFlag } from "effect/cli"
import { publishingCommand, teardown } from "./publishingCommand.ts"

const flags = CliConfig.layer({ builtIns: [GlobalFlag.Help] })

publishingCommand.pipe(
  Command.run({ version: "0.1.0" }),
  Effect.provide(Layer.mergeAll(NodeServices.layer, flags)),
  (program) => NodeRuntime.runMain(program, { teardown, disableErrorReporting: true })
)
