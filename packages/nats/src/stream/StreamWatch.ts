import { StoreError, StoreUnusable } from "@cim-domain/event-sourcing/StoreError"
import { makeTroubleLog } from "@cim-domain/event-sourcing/TroubleLog"
import { Effect, type Scope } from "effect"
import { forgets } from "./retentionOf.ts"
import type { StreamConfig, StreamInfo } from "./StreamApi.ts"
import { fillWarnings, streamSettingsWarnings } from "./streamSettings.ts"

/** What is known of a stream since the last look at it. */
export interface StreamWatch {
  /** Takes a look: says once what is new, and what is over. */
  readonly look: (info: StreamInfo) => Effect.Effect<void>
  /** What is warned of at present. */
  readonly warnings: () => ReadonlyArray<string>
  readonly replicas: () => number
  readonly allowAtomic: () => boolean
  readonly forgets: () => boolean
  /** Why nothing may be appended or read at present. Each call is counted as something that was refused for it. */
  readonly refusal: () => StoreError | undefined
}

/** A watch on a stream that was usable at the first look. */
export const makeStreamWatch = Effect.fnUntraced(function*(
  first: StreamInfo,
  subjects: string,
  problemOf: (config: StreamConfig, subjects: string) => string | undefined,
  further: (info: StreamInfo) => ReadonlyArray<string>
): Effect.fn.Return<StreamWatch, never, Scope.Scope> {
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

  const { found, isOver } = yield* makeTroubleLog
  /** `refusals` is how many requests it made fail since it was told last. */
  const unusable = (detail: string, refusals: number) =>
    found({
      key: "unusable",
      level: "Error",
      message: `stream ${name} cannot be used any more, and nothing is stored: ${detail}`,
      over: (count, seconds) =>
        `stream ${name} can be used again, after ${seconds} s in which ${count} requests were refused`,
      count: refusals,
      quietMillis: 0,
      lasts: true
    })

  const look = Effect.fnUntraced(function*(info: StreamInfo) {
    latest = info
    const before = problem
    problem = problemOf(info.config, subjects)
    const detail = problem ?? before
    if (problem !== before && detail !== undefined) {
      yield* unusable(detail, refused)
      refused = 0
      if (problem === undefined) yield* isOver()
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
    allowAtomic: () => latest.config.allow_atomic === true,
    forgets: () => forgets(latest.config),
    refusal: () => {
      if (problem === undefined) return undefined
      refused += 1
      return new StoreError({ reason: new StoreUnusable({ detail: problem }) })
    }
  }
})
