import type { StoreError, StoreErrorReason } from "@cim-domain/event-sourcing/StoreError"
import type { Trouble } from "@cim-domain/event-sourcing/TroubleLog"

/** The reasons that an operator has to do something about, and what the stream does then. */
const lasting: Partial<Record<StoreErrorReason["_tag"], { readonly now: string; readonly before: string }>> = {
  StoreFull: { now: "is full", before: "was full" },
  PermissionRefused: { now: "refuses permission", before: "refused permission" },
  StoreUnusable: { now: "takes no events", before: "took no events" }
}

/** The trouble that lets a stream take no events until one is stored; of others each command tells. */
export const appendTrouble = (stream: string, { message, reason }: StoreError): Trouble | undefined => {
  const words = lasting[reason._tag]
  return words === undefined ? undefined : {
    key: reason._tag,
    level: "Error",
    message: `stream ${stream} ${words.now}: ${"detail" in reason ? reason.detail : message}`,
    over: (count, seconds) =>
      `stream ${stream} takes events again: it ${words.before} for ${seconds} s, ${count} appends were refused`,
    quietMillis: 0,
    lasts: true
  }
}
