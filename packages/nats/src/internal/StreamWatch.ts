import { makeLogEpisode } from "@cim-domain/event-sourcing/LogEpisode"
import { StoreError, StoreUnusable } from "@cim-domain/event-sourcing/StoreError"
import { Effect } from "effect"
import { forgets } from "./Retention.ts"
import type { StreamConfig, StreamInfo } from "./StreamApi.ts"
import { fillWarnings, streamSettingsWarnings } from "./StreamSettings.ts"

/** What is known of a stream since the last look at it. */
export interface StreamWatch {
  /** Takes a look: says once what is new, and what is over. */
  readonly look: (info: StreamInfo) => Effect.Effect<void>
  /** What is warned of at present. */
  readonly warnings: () => ReadonlyArray<string>
  readonly replicas: () => number
  readonly forgets: () => boolean
  /** Why nothing may be appended or read at present. Each call is counted as something that was refused for it. */
  readonly refusal: () => StoreError | undefined
}

/** A watch on a stream that was usable at the first look. */
export const makeStreamWatch = (
  first: StreamInfo,
  subjects: string,
  problemOf: (config: StreamConfig, subjects: string) => string | undefined,
  further: (info: StreamInfo) => ReadonlyArray<string>
): StreamWatch => {
  const { name } = first.config
  let latest = first
  let problem: string | undefined
  let refused = 0
  const warningsOf = (info: StreamInfo) => [
    ...streamSettingsWarnings(info.config, subjects),
    ...fillWarnings(info),
    ...further(info)
  ]
  let warnings = warningsOf(first)

  const unusable = makeLogEpisode({
    level: "Error",
    quietMillis: 0,
    begins: (detail) => `stream ${name} cannot be used any more, and nothing is stored: ${detail}`,
    ends: ({ seconds }) =>
      `stream ${name} can be used again, after ${seconds} s in which ${refused} requests were refused`
  })

  const look = Effect.fnUntraced(function*(info: StreamInfo) {
    latest = info
    const before = problem
    problem = problemOf(info.config, subjects)
    if (problem !== before) {
      if (before === undefined) refused = 0
      yield* problem === undefined ? unusable.isOver : unusable.shows(problem)
    }
    const known = warnings
    warnings = warningsOf(info)
    yield* Effect.forEach(warnings.filter((text) => !known.includes(text)), (text) => Effect.logWarning(text), {
      discard: true
    })
    yield* Effect.forEach(
      known.filter((text) => !warnings.includes(text)),
      (text) => Effect.logInfo(`no more: ${text}`),
      {
        discard: true
      }
    )
  })

  return {
    look,
    warnings: () => warnings,
    replicas: () => latest.config.num_replicas ?? 1,
    forgets: () => forgets(latest.config),
    refusal: () => {
      if (problem === undefined) return undefined
      refused += 1
      return new StoreError({ reason: new StoreUnusable({ detail: problem }) })
    }
  }
}
