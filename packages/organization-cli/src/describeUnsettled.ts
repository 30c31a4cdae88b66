import type { CommandUnsettled, UnsettledReason } from "@cim-domain/event-sourcing"

/** What was wrong with an attempt, in words; `server` is where it was made. */
export const describeTrouble = (reason: UnsettledReason, server: string): string => {
  switch (reason._tag) {
    case "NobodyListens":
      return `no replica of organization-service listens at ${server}`
    case "UnreadableAnswer":
      return `the answer cannot be read; is this CLI older than the service? ${reason.detail}`
    default:
      return reason.message
  }
}

/** Why there is no answer, how long it was tried, and what that means for the command. */
export const describeUnsettled = (
  { attempts, elapsedMillis, isRetryable, mayHaveTakenEffect, reason }: CommandUnsettled,
  server: string
): readonly [string, ...ReadonlyArray<string>] => {
  const tries = attempts === 1 ? "1 attempt" : `${attempts} attempts`
  const trouble = describeTrouble(reason, server)
  return [
    isRetryable ? `${trouble}; gave up after ${tries} in ${(elapsedMillis / 1000).toFixed(1)} s` : trouble,
    mayHaveTakenEffect ? "The command may or may not have taken effect" : "Nothing was done"
  ]
}
