import { Command } from "effect/cli"
import { createFacility } from "./createFacility.ts"
import { removeFacility } from "./removeFacility.ts"
import { updateFacility } from "./updateFacility.ts"

/** `organization facility`. */
export const facilityCommand = Command.make("facility").pipe(
  Command.withDescription("Create, change and remove facilities"),
  Command.withSubcommands([createFacility, updateFacility, removeFacility])
)
