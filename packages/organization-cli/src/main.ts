#!/usr/bin/env node
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Effect } from "effect"
import { cliRuntime } from "./cliRuntime.ts"
import { Output } from "./output/Output.ts"
import { runCli } from "./runCli.ts"

runCli(process.argv.slice(2)).pipe(
  Effect.provide(cliRuntime.servicesOver(Output.layer)),
  (program) => NodeRuntime.runMain(program, { teardown: cliRuntime.teardown })
)
