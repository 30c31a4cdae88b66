import { Clock, Effect, type LogLevel } from "effect"

/**
 * Something that lasts, such as a store that is full: logged when it begins and when it is over, and not each time that it
 * shows. Where it comes and goes all the time, no more than two lines a minute are logged.
 */
export interface LogEpisode {
  /** Whether it goes on, for those to whom even asking is too much. */
  readonly isOn: () => boolean
  /** It shows: the first time is logged, with `detail`; all are counted. */
  readonly shows: (detail: string) => Effect.Effect<void>
  /** It shows no more: that is logged when the beginning was. */
  readonly isOver: Effect.Effect<void>
}

/** How an episode is logged. Both lines carry since when it lasts; the second how often it showed and how long it lasted. */
export interface LogEpisodeOptions {
  readonly level: LogLevel.Severity
  /** Time in which one that begins again is taken for the same one, in milliseconds. Default 60 000. */
  readonly quietMillis?: number
  readonly begins: (detail: string) => string
  readonly ends: (facts: { readonly seconds: string; readonly times: number }) => string
}

const quietMillisDefault = 60_000

/** A {@link LogEpisode} that has not begun. */
export const makeLogEpisode = (
  { begins, ends, level, quietMillis = quietMillisDefault }: LogEpisodeOptions
): LogEpisode => {
  let on = false
  let isSaid = false
  let saidAt = Number.NEGATIVE_INFINITY
  let since = 0
  let times = 0
  const facts = () => ({ since: new Date(since).toISOString(), times })

  return {
    isOn: () => on,
    shows: (detail) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        const isNews = now - saidAt >= quietMillis
        if (!on && isNews) {
          since = now
          times = 0
        }
        on = true
        times += 1
        if (isSaid || !isNews) return Effect.void
        isSaid = true
        saidAt = now
        return Effect.annotateLogs(Effect.logWithLevel(level)(begins(detail)), facts())
      }),
    isOver: Effect.flatMap(Clock.currentTimeMillis, (now) => {
      if (!on) return Effect.void
      on = false
      if (!isSaid) return Effect.void
      isSaid = false
      saidAt = now
      const seconds = ((now - since) / 1_000).toFixed(1)
      return Effect.annotateLogs(Effect.logInfo(ends({ seconds, times })), facts())
    })
  }
}
