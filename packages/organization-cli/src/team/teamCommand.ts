import { Command } from "effect/cli"
import { createTeam } from "./createTeam.ts"
import { disbandTeam } from "./disbandTeam.ts"
import { updateTeam } from "./updateTeam.ts"

/** `organization team`. */
export const teamCommand = Command.make("team").pipe(
  Command.withDescription("Form, change and disband teams"),
  Command.withSubcommands([createTeam, updateTeam, disbandTeam])
)
