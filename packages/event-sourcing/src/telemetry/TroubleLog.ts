import { Cause, Clock, Effect, FiberHandle, type LogLevel, type Scope } from "effect"

/** Troubles of one log that are told apart in a minute; of further ones the first is said, and the others are counted. */
export const troublesMax = 20

/** How long a trouble must not have come up before it is over, unless it says another time; in milliseconds. */
export const quietMillisDefault = 10_000

/** How long after its last line one that begins again is not said: what comes and goes has two lines a minute; in milliseconds. */
export const againMillis = 60_000

/** How often it is looked whether a trouble is over, in milliseconds. */
const lookMillis = 1_000

/** What goes wrong, each time it does. */
export interface Trouble {
  /** What tells it from others. Nothing of a single command belongs here, or each command would be a trouble of its own. */
  readonly key: string
  readonly level: LogLevel.Severity
  readonly message: string
  readonly annotations?: Readonly<Record<string, unknown>> | undefined
  /** For a defect, with its stack. */
  readonly cause?: Cause.Cause<unknown> | undefined
  /** What is said when it is over, of how often it came up and how long it lasted; since when is said behind it. */
  readonly over: (count: number, seconds: string) => string
  /** How many times it came up, 1 unless given. */
  readonly count?: number | undefined
  readonly quietMillis?: number | undefined
  /** Whether it lasts until something {@link TroubleLog.works}, because silence alone proves nothing. Default false. */
  readonly lasts?: boolean | undefined
}

/**
 * Says a trouble once when it begins, and once when it is over, with the time since when, how long, and how often it came up. So
 * the log has a line for each change of state, not for each command or try. One that begins again within {@link againMillis} of
 * its last line is said when they are up, in one line with all that has come up by then if it is over again.
 */
export interface TroubleLog {
  readonly found: (trouble: Trouble) => Effect.Effect<void>
  /** What a trouble with this key, or any trouble, keeps from working has worked. Costs nothing while there is no trouble. */
  readonly works: (key?: string) => void
  /** As `works`, and says at once what is over by it: of a trouble that lasts, and is not waited for (`quietMillis: 0`). */
  readonly isOver: (key?: string) => Effect.Effect<void>
}

interface Lasting {
  trouble: Trouble
  /** Since when it has come up without a line that tells how often; undefined when all is told. */
  since: number | undefined
  lastAt: number
  count: number
  /** When it worked first since it came up last. */
  worksAt: number | undefined
  /** Whether the last line said that it began, and when that was. */
  isSaid: boolean
  saidAt: number
}

/** Stands for all troubles beyond {@link troublesMax}. */
const others = "…"

/** A {@link TroubleLog} that knows of no trouble. What is over is said as long as the scope lives. */
export const makeTroubleLog: Effect.Effect<TroubleLog, never, Scope.Scope> = Effect.gen(function*() {
  const run = yield* FiberHandle.makeRuntime<never>()
  const clock = yield* Clock.Clock
  const lasting = new Map<string, Lasting>()
  let isLooking = false

  const look = Effect.suspend(() => {
    const now = clock.currentTimeMillisUnsafe()
    const lines: Array<Effect.Effect<void>> = []
    for (const [key, state] of lasting) {
      const isOn = !hasEnded(state, now)
      if (state.isSaid ? isOn : now - state.saidAt < againMillis) continue
      if (state.since === undefined) {
        lasting.delete(key)
        continue
      }
      lines.push(isOn ? say(state.trouble, key === others) : sayOver(state, state.since))
      state.isSaid = isOn
      state.saidAt = now
      if (!isOn) state.since = undefined
    }
    return Effect.all(lines, { discard: true })
  })

  const follow = Effect.gen(function*() {
    while (lasting.size > 0) {
      yield* Effect.sleep(lookMillis)
      yield* look
    }
    isLooking = false
  })

  const found = (trouble: Trouble) =>
    Effect.suspend(() => {
      const now = clock.currentTimeMillisUnsafe()
      const key = lasting.has(trouble.key) || lasting.size < troublesMax ? trouble.key : others
      const known = lasting.get(key)
      const state: Lasting = known ??
        { trouble, since: now, lastAt: now, count: 0, worksAt: undefined, isSaid: true, saidAt: now }
      if (state.since === undefined) Object.assign(state, { trouble, since: now, count: 0 })
      state.count += trouble.count ?? 1
      state.lastAt = now
      state.worksAt = undefined
      if (known !== undefined) return Effect.void
      lasting.set(key, state)
      if (!isLooking) {
        isLooking = true
        run(follow)
      }
      return say(trouble, key === others)
    })

  const works = (key?: string) => {
    if (lasting.size === 0) return
    for (const [each, state] of lasting) {
      if (key === undefined || key === each) state.worksAt ??= clock.currentTimeMillisUnsafe()
    }
  }

  const isOver = (key?: string) =>
    Effect.suspend(() => {
      works(key)
      return lasting.size === 0 ? Effect.void : look
    })

  return { found, works, isOver }
})

const hasEnded = ({ lastAt, trouble, worksAt }: Lasting, now: number) =>
  now - lastAt >= (trouble.quietMillis ?? quietMillisDefault) && (worksAt !== undefined || trouble.lasts !== true)

const say = ({ annotations = {}, cause, level, message }: Trouble, isLast: boolean) => {
  const text = isLast ? `${message}; further ones are only counted` : message
  const said = cause === undefined
    ? Effect.logWithLevel(level)(text)
    : Effect.logWithLevel(level)(text, cause)
  return Effect.annotateLogs(said, annotations)
}

const sayOver = ({ count, lastAt, trouble, worksAt }: Lasting, since: number) => {
  const time = new Date(since).toISOString()
  const seconds = (((worksAt ?? lastAt) - since) / 1_000).toFixed(1)
  return Effect.annotateLogs(Effect.logInfo(`${trouble.over(count, seconds)}, since ${time}`), {
    since: time,
    seconds: Number(seconds),
    count
  })
}

/** What went wrong in the words of its error; a defect with its stack, because somebody has to mend it. */
export const reasonOf = (cause: Cause.Cause<unknown>): string => {
  const error = Cause.squash(cause)
  return Cause.hasDies(cause) || !(error instanceof Error) ? Cause.pretty(cause) : error.message
}
