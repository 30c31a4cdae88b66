import { Command } from "effect/cli"
import { createRole } from "./createRole.ts"
import { deprecateRole } from "./deprecateRole.ts"
import { updateRole } from "./updateRole.ts"

/** `organization role`. */
export const roleCommand = Command.make("role").pipe(
  Command.withDescription("Create, change and deprecate roles"),
  Command.withSubcommands([createRole, updateRole, deprecateRole])
)
