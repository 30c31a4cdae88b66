import { Cause, Clock, Effect, FiberHandle, type LogLevel, type Scope } from "effect"

/** Troubles of one log that are told apart at a time; of further ones the first is said, and the others are counted. */
export const troublesMax = 20

/** How long a trouble must not have come up before it is over, unless it says another time; in milliseconds. */
export const quietMillisDefault = 10_000

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
  /** What is said when it is over, of the number of times that it came up; since when is said behind it. */
  readonly over: (count: number) => string
  /** How many times it came up, 1 unless given. */
  readonly count?: number | undefined
  readonly quietMillis?: number | undefined
  /** Whether it lasts until something {@link TroubleLog.works}, because silence alone proves nothing. Default false. */
  readonly lasts?: boolean | undefined
}

/**
 * Says a trouble once when it begins, and once when it is over, with the time since when and how often it came up. So the log
 * has a line for each change of state, not for each command or try.
 */
export interface TroubleLog {
  readonly found: (trouble: Trouble) => Effect.Effect<void>
  /** What a trouble with this key, or any trouble, keeps from working has worked. Costs nothing while there is no trouble. */
  readonly works: (key?: string) => void
}

interface Lasting {
  readonly trouble: Trouble
  readonly since: number
  lastAt: number
  count: number
  /** Whether it has worked since it came up last. */
  works: boolean
}

/** Stands for all troubles beyond {@link troublesMax}. */
const others = "…"

/** A {@link TroubleLog} that knows of no trouble. What is over is said as long as the scope lives. */
export const makeTroubleLog: Effect.Effect<TroubleLog, never, Scope.Scope> = Effect.gen(function*() {
  const run = yield* FiberHandle.makeRuntime<never>()
  const lasting = new Map<string, Lasting>()
  let isLooking = false

  const isOver = ({ lastAt, trouble, works }: Lasting, now: number) =>
    now - lastAt >= (trouble.quietMillis ?? quietMillisDefault) && (works || trouble.lasts !== true)

  const look = Effect.gen(function*() {
    const now = yield* Clock.currentTimeMillis
    for (const [key, found] of lasting) {
      if (!isOver(found, now)) continue
      lasting.delete(key)
      yield* sayOver(found)
    }
  })

  const follow = Effect.gen(function*() {
    while (lasting.size > 0) {
      yield* Effect.sleep(lookMillis)
      yield* look
    }
    isLooking = false
  })

  const found = Effect.fnUntraced(function*(trouble: Trouble) {
    const now = yield* Clock.currentTimeMillis
    const isKnown = lasting.has(trouble.key)
    const key = isKnown || lasting.size < troublesMax ? trouble.key : others
    const known = lasting.get(key)
    if (known !== undefined) {
      known.count += trouble.count ?? 1
      known.lastAt = now
      known.works = false
      return
    }
    lasting.set(key, { trouble, since: now, lastAt: now, count: trouble.count ?? 1, works: false })
    if (!isLooking) {
      isLooking = true
      run(follow)
    }
    yield* say(trouble, key === others)
  })

  return {
    found,
    works: (key) => {
      if (lasting.size === 0) return
      for (const [each, state] of lasting) if (key === undefined || key === each) state.works = true
    }
  }
})

const say = ({ annotations = {}, cause, level, message }: Trouble, isLast: boolean) => {
  const text = isLast ? `${message}; further ones are only counted` : message
  const said = cause === undefined
    ? Effect.logWithLevel(level)(text)
    : Effect.logWithLevel(level)(text, cause)
  return Effect.annotateLogs(said, annotations)
}

const sayOver = ({ count, since, trouble }: Lasting) => {
  const time = new Date(since).toISOString()
  return Effect.annotateLogs(Effect.logInfo(`${trouble.over(count)}, since ${time}`), { since: time, count })
}

/** What went wrong in the words of its error; a defect with its stack, because somebody has to mend it. */
export const reasonOf = (cause: Cause.Cause<unknown>): string => {
  const error = Cause.squash(cause)
  return Cause.hasDies(cause) || !(error instanceof Error) ? Cause.pretty(cause) : error.message
}
