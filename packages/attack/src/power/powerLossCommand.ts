import { Console, Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { Broken } from "../Broken.ts"
import { openEvidence } from "../Evidence.ts"
import { whyNoDisks } from "./Disk.ts"
import { powerLoss } from "./powerLoss.ts"

/** `power-loss`: its flags, and what it prints. */
export const powerLossCommand = Command.make(
  "power-loss",
  {
    sync: Flag.Literals("sync", ["default", "always"]).pipe(
      Flag.withDescription(
        "sync_interval of the brokers: what they do when nothing is said, or always; always by default"
      ),
      Flag.withDefault("always")
    ),
    seconds: Flag.Finite("seconds").pipe(
      Flag.withDescription("How long events are written before the power is cut; 30 by default"),
      Flag.withDefault(30)
    )
  },
  Effect.fnUntraced(function*(options) {
    const { folder } = yield* Effect.acquireRelease(
      Effect.promise(() => openEvidence(undefined)),
      ({ discard }) => Effect.sync(discard)
    )
    const reason = yield* whyNoDisks(folder)
    if (reason !== undefined) return yield* Console.log(`skipped: ${reason}`)
    const progress = (line: string) => void process.stdout.write(`${line}\n`)
    const { acknowledged, lost, lostFrom, lostTo, unreadable } = yield* powerLoss({ ...options, folder, progress })
    if (unreadable !== undefined) yield* Console.log(`! the stream cannot be read: ${unreadable}`)
    const share = (100 * lost / Math.max(1, acknowledged)).toFixed(1)
    yield* Console.log(
      lost === 0
        ? `none of ${acknowledged} acknowledged events is lost`
        : `${lost} of ${acknowledged} acknowledged events (${share} %) are lost, from sequence ${lostFrom} to ${lostTo}`
    )
    if (options.sync === "default") return yield* Console.log("verdict: no promise was made")
    yield* Console.log(lost === 0 ? "verdict: kept" : "verdict: BROKEN")
    if (lost > 0) return yield* new Broken({ violations: lost })
  }, Effect.scoped)
).pipe(
  Command.withDescription("Cut the power of three brokers at one instant, and see what of the acknowledged is left")
)
