import type { CommandUnsettled, UnsettledReason } from "@cim-domain/event-sourcing"
import { Effect } from "effect"
import { describeTrouble } from "./describeUnsettled.ts"
import { complain } from "./output/print.ts"

/** Trouble that is over sooner is not worth a word. */
const silentMillis = 1_000

/** Says on standard error what a command waits for, once for each trouble; `clear` makes room for it. */
export const makeRetryNotice = (
  server: string,
  timeoutSeconds: number,
  clear: Effect.Effect<void> = Effect.void
) => {
  let told: UnsettledReason["_tag"] | undefined
  return ({ elapsedMillis, reason }: CommandUnsettled): Effect.Effect<void> => {
    if (elapsedMillis < silentMillis || reason._tag === told) return Effect.void
    told = reason._tag
    const notice = `${describeTrouble(reason, server)}; trying again, ${timeoutSeconds} s in all`
    return Effect.andThen(clear, complain([notice]))
  }
}
