import { type Context, Effect, type Exit } from "effect"
import type { StoreError } from "./StoreError.ts"

/**
 * Asks a store, told by a callback, which is called once, perhaps before this returns. `services` are those of whoever asks:
 * clock, log, parent of spans.
 *
 * Gives what gives it up, if there is anything to give up: what is not on its way yet is not sent any more. What is may take
 * effect.
 */
export type Ask<Request, Answer> = (
  request: Request,
  services: Context.Context<never>,
  onDone: (exit: Exit.Exit<Answer, StoreError>) => void
) => (() => void) | void

/**
 * What a store is asked often: the callback is what it is made of, the effect wraps it. A store that is given as an effect
 * alone is asked in a fiber. See docs/decisions/0043.
 */
export interface HotPort<Request, Answer> {
  (request: Request): Effect.Effect<Answer, StoreError>
  readonly submit?: Ask<Request, Answer>
}

/** A port of its callback. */
export const hotPort = <Request, Answer>(submit: Ask<Request, Answer>): HotPort<Request, Answer> =>
  Object.assign(
    (request: Request): Effect.Effect<Answer, StoreError> =>
      Effect.contextWith((services: Context.Context<never>) =>
        Effect.callback((resume) => {
          const giveUp = submit(request, services, resume)
          return giveUp === undefined ? undefined : Effect.sync(giveUp)
        })
      ),
    { submit }
  )

/** The callback of a port. */
export const submitOf = <Request, Answer>(port: HotPort<Request, Answer>): Ask<Request, Answer> =>
  port.submit ?? ((request, services, onDone) => {
    const fiber = Effect.runForkWith(services)(port(request))
    fiber.addObserver(onDone)
    return () => fiber.interruptUnsafe()
  })
