#!/usr/bin/env node
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Effect } from "effect"
import { makeCliRuntime } from "./makeCliRuntime.ts"
import { Output } from "./output/Output.ts"
import { runCli } from "./runCli.ts"

const { servicesOver, teardown } = makeCliRuntime()

runCli(process.argv.slice(2)).pipe(
  Effect.provide(servicesOver(Output.layer)),
  (program) => NodeRuntime.runMain(program, { teardown })
)
