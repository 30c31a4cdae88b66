import { type Context, Effect, type Exit, Scheduler, type Scope } from "effect"
import type { Permits } from "../collections/Permits.ts"
import type { Ask } from "../store/HotPort.ts"
import type { StoreError } from "../store/StoreError.ts"

/**
 * Saves in the background by plain calls, because one in a hundred commands asks for it: a fiber for each, and what fails in it,
 * took more time than making the text of a state and sending it.
 *
 * Whoever asks goes on first: making the text of a state takes a while. What has no permit then is left out, which
 * `onDone` is told by `undefined`. What is on its way when the scope closes is given up, and nobody is told.
 */
export const makeDueSaves = Effect.fnUntraced(function*<Saving>(
  submit: Ask<Saving, void>,
  permits: Permits,
  onDone: (saving: Saving, exit: Exit.Exit<void, StoreError> | undefined) => void
): Effect.fn.Return<(saving: Saving) => void, never, Scope.Scope> {
  const services: Context.Context<never> = yield* Effect.context()
  const later = (yield* Scheduler.Scheduler).makeDispatcher()
  const underWay = new Set<{ giveUp: (() => void) | void }>()
  let isClosed = false
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      isClosed = true
      for (const { giveUp } of underWay) giveUp?.()
    })
  )

  const begin = (saving: Saving) => {
    if (isClosed) return
    if (!permits.takeNow()) return onDone(saving, undefined)
    const mine: { giveUp: (() => void) | void } = { giveUp: undefined }
    underWay.add(mine)
    const done = (exit: Exit.Exit<void, StoreError>) => {
      if (!underWay.delete(mine) || isClosed) return
      permits.release()
      onDone(saving, exit)
    }
    mine.giveUp = submit(saving, services, done)
  }

  return (saving) => later.scheduleTask(() => begin(saving), 0)
})
