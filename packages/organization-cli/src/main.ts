#!/usr/bin/env node
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Effect } from "effect"
import { Command } from "effect/cli"
import { cliRuntime } from "./cliRuntime.ts"
import { organizationCli } from "./organizationCli.ts"

organizationCli.pipe(
  Command.run({ version: "0.1.0" }),
  Effect.provide(cliRuntime.services),
  (program) => NodeRuntime.runMain(program, { teardown: cliRuntime.teardown })
)
