import { type LogEpisode, makeLogEpisode } from "@cim-domain/event-sourcing/LogEpisode"
import type { StoreError, StoreErrorReason } from "@cim-domain/event-sourcing/StoreError"
import { Effect } from "effect"

/** Says once that a stream takes no events, and once that it takes them again: not for each append that it refuses. */
export interface AppendLog {
  /** Whether nothing was refused since something was stored: then there is nothing to say. */
  readonly isQuiet: () => boolean
  readonly failed: (error: StoreError) => Effect.Effect<void>
  readonly stored: Effect.Effect<void>
}

/** The reasons that an operator has to do something about, and what the stream does then. */
const lasting: Partial<Record<StoreErrorReason["_tag"], { readonly now: string; readonly before: string }>> = {
  StoreFull: { now: "is full", before: "was full" },
  PermissionRefused: { now: "refuses permission", before: "refused permission" },
  StoreUnusable: { now: "takes no events", before: "took no events" }
}

/** An {@link AppendLog} of a stream that has refused nothing yet. */
export const makeAppendLog = (stream: string): AppendLog => {
  const episodes = new Map<string, LogEpisode>(
    Object.entries(lasting).map(([tag, { before, now }]) => [
      tag,
      makeLogEpisode({
        level: "Error",
        begins: (detail) => `stream ${stream} ${now}: ${detail}`,
        ends: ({ seconds, times }) =>
          `stream ${stream} takes events again: it ${before} for ${seconds} s, ${times} appends were refused`
      })
    ])
  )
  let quiet = true
  return {
    isQuiet: () => quiet,
    failed: (error) => {
      const episode = episodes.get(error.reason._tag)
      if (episode === undefined) return Effect.void
      quiet = false
      return episode.shows("detail" in error.reason ? error.reason.detail : error.message)
    },
    stored: Effect.suspend(() => {
      quiet = true
      return Effect.forEach(episodes.values(), ({ isOver }) => isOver, { discard: true })
    })
  }
}
