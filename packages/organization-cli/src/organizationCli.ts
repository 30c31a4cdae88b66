import { Command } from "effect/cli"
import { chart } from "./chart.ts"
import { childCommand } from "./child/childCommand.ts"
import { create } from "./create.ts"
import { departmentCommand } from "./department/departmentCommand.ts"
import { dissolve } from "./dissolve.ts"
import { facilityCommand } from "./facility/facilityCommand.ts"
import { merge } from "./merge.ts"
import { organizationCommand } from "./organizationCommand.ts"
import { roleCommand } from "./role/roleCommand.ts"
import { send } from "./send/send.ts"
import { show } from "./show.ts"
import { status } from "./status.ts"
import { tail } from "./tail.ts"
import { teamCommand } from "./team/teamCommand.ts"
import { update } from "./update.ts"

/** `organization` with all its sub-commands. */
export const organizationCli = organizationCommand.pipe(
  Command.withSubcommands([
    create,
    update,
    status,
    dissolve,
    departmentCommand,
    teamCommand,
    roleCommand,
    facilityCommand,
    childCommand,
    merge,
    send,
    show,
    chart,
    tail
  ])
)
