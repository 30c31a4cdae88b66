import { Command } from "effect/cli"
import { createDepartment } from "./createDepartment.ts"
import { dissolveDepartment } from "./dissolveDepartment.ts"
import { restructureDepartment } from "./restructureDepartment.ts"
import { updateDepartment } from "./updateDepartment.ts"

/** `organization department`. */
export const departmentCommand = Command.make("department").pipe(
  Command.withDescription("Create, change, move and dissolve departments"),
  Command.withSubcommands([createDepartment, updateDepartment, restructureDepartment, dissolveDepartment])
)
