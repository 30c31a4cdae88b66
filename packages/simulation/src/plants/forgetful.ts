import { plantsIn } from "./Plant.ts"

/**
 * Small numbers in the place of large ones, so that histories of some hundred commands come to what takes thousands: states that remember
 * few commands, indexes that are soon behind. Nothing of it is a fault.
 */
export const forgetful = [
  ...plantsIn("codecs", "commands/src/memory", [
    ["RecentCommands.ts", "states remember 10 commands", `recentCommandsMax = 1000`, `recentCommandsMax = 10`]
  ]),
  ...plantsIn("aggregate", "event-sourcing/src/handler", [
    ["CommandHandler.ts", "what was not found holds for 5 versions", `absenceHolds = 500`, `absenceHolds = 5`],
    ["ForgottenCommands.ts", "an index is good for 5 versions", `versionsBehindMost = 500`, `versionsBehindMost = 5`]
  ])
]
