#!/usr/bin/env node
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, Layer } from "effect"
import { CliConfig, Command, GlobalFlag } from "effect/cli"
import { benchCommand, teardown } from "./benchCommand.ts"

const flags = CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version] })

benchCommand.pipe(
  Command.run({ version: "0.1.0" }),
  Effect.provide(Layer.mergeAll(NodeServices.layer, flags)),
  (program) => NodeRuntime.runMain(program, { teardown, disableErrorReporting: true })
)
