import { Command } from "effect/cli"
import { addChild } from "./addChild.ts"
import { removeChild } from "./removeChild.ts"

/** `organization child`. */
export const childCommand = Command.make("child").pipe(
  Command.withDescription("Add and remove child organizations"),
  Command.withSubcommands([addChild, removeChild])
)
