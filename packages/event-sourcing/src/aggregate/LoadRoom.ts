import { type Duration, Effect, Semaphore } from "effect"

/** How large a load may become before it has to wait for its turn among larger ones. */
export interface LoadSize {
  /** Of the text of the snapshot, and of the events after it together, in bytes. */
  readonly bytes: number
  /** Whether there is no larger one. */
  readonly isLast: boolean
  /** A snapshot that takes longer to read is done without where it can be: it is there to make loads faster. */
  readonly snapshotTimeout: Duration.Input
}

/** Loads of each size that are under way at a time. Whoever has something large waits for others who have, and nobody else does. */
const sizes: ReadonlyArray<LoadSize & { readonly atATime: number }> = [
  { bytes: 512 * 1024, atATime: 16, isLast: false, snapshotTimeout: "500 millis" },
  { bytes: 4 * 1024 * 1024, atATime: 4, isLast: false, snapshotTimeout: "2 seconds" },
  { bytes: Number.POSITIVE_INFINITY, atATime: 1, isLast: true, snapshotTimeout: "10 seconds" }
]

/** States from this size on are saved one at a time. */
export const largeBytes = 4 * 1024 * 1024

/**
 * Room in memory for states that are on their way into the cache or out to a snapshot. What large ones need is taken from the
 * cache for that time, so that both together stay below its bound.
 */
export interface LoadRoom {
  /** Makes one attempt after another, each with a larger size when its turn comes, until one does not find it too small. */
  readonly run: <A, E, R>(attempt: (size: LoadSize) => Effect.Effect<A | Larger, E, R>) => Effect.Effect<A, E, R>
  /** Runs `effect`, which needs so many bytes, when it is its turn. */
  readonly save: <A, E, R>(bytes: number, effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Whether {@link save} would have to wait. */
  readonly isSaving: () => boolean
  /** Says how much the load of the last size has come to need, 0 when it is over. */
  readonly reserve: (bytes: number) => void
  /** Whom to tell how many bytes are taken in all. Called synchronously. */
  readonly onReserved: (tell: (bytes: number) => void) => void
}

/** Says that an attempt was for a larger size. */
export type Larger = typeof larger

/** What an attempt gives that was for a larger size. */
export const larger: unique symbol = Symbol("larger")

/** Makes room for one replica: whatever loads or saves in it shares one. */
export const makeLoadRoom: Effect.Effect<LoadRoom> = Effect.gen(function*() {
  const turns = yield* Effect.forEach(
    sizes,
    (size) => Effect.map(Semaphore.make(size.atATime), (semaphore) => ({ size, semaphore }))
  )
  const saves = yield* Semaphore.make(1)
  const tellers: Array<(bytes: number) => void> = []
  let [loading, saving] = [0, 0]
  const tell = () => {
    for (const each of tellers) each(loading + saving)
  }
  const reserve = (bytes: number) => {
    if (loading === bytes) return
    loading = bytes
    tell()
  }
  const save = (bytes: number) =>
    Effect.sync(() => {
      saving = bytes
      tell()
    })
  return {
    run: Effect.fnUntraced(function*(attempt) {
      for (const { semaphore, size } of turns) {
        const done = yield* semaphore.withPermit(
          size.isLast ? Effect.ensuring(attempt(size), Effect.sync(() => reserve(0))) : attempt(size)
        )
        if (done !== larger) return done
      }
      return yield* Effect.die(new Error("a load was too large for any size"))
    }),
    save: (bytes, effect) =>
      bytes < largeBytes ? effect : saves.withPermit(Effect.acquireUseRelease(
        save(2 * bytes),
        () => effect,
        () => save(0)
      )),
    isSaving: () => saving > 0,
    reserve,
    onReserved: (tell) => {
      tellers.push(tell)
    }
  }
})
