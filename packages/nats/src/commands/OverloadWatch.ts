import { monotonicMillisOf } from "@cim-domain/event-sourcing/monotonicMillis"
import { Clock, Effect, FiberHandle, Option, type Scope } from "effect"
import type { NatsSocket, SocketSubscription } from "../connection/NatsSocket.ts"

/**
 * How long a request may wait for this process while others are refused, before the broker is told to give it no more until
 * it has caught up. A refusal that comes late is of no use, and a broker cuts off whoever has 64 MiB waiting.
 */
const behindMax = "500 millis"

/** How often it is looked whether this process is behind. */
const checkPause = "100 millis"

/** An overload is over when nothing was refused for so long. */
const quietMillis = 2_000

/** Follows an overload from its first refusal to its last. */
export interface OverloadWatch {
  /** To be called at each refusal. */
  readonly refused: () => void
}

/** Does nothing until something is refused. Ends with the scope. */
export const makeOverloadWatch = Effect.fnUntraced(function*(
  /** In words, what is in flight then. */
  limit: string,
  socket: NatsSocket,
  subscription: Effect.Effect<SocketSubscription>
): Effect.fn.Return<OverloadWatch, never, Scope.Scope> {
  const run = yield* FiberHandle.makeRuntime<never>()
  const now = yield* Clock.clockWith((clock) => Effect.succeed(() => monotonicMillisOf(clock)))
  let refusals = 0
  let lastAt = 0

  const follow = Effect.gen(function*() {
    const { catchUp } = yield* subscription
    yield* Effect.logWarning(`overloaded: ${limit} are in flight, further ones are refused`)
    while (now() - lastAt < quietMillis) {
      // The answer to a ping comes after all requests that the broker has sent before it.
      const onTime = yield* Effect.timeoutOption(Effect.exit(socket.flush), behindMax)
      yield* Option.isSome(onTime) ? Effect.sleep(checkPause) : catchUp
    }
    yield* Effect.logInfo(`no longer overloaded: ${refusals} requests were refused`)
    refusals = 0
  })

  return {
    refused: () => {
      lastAt = now()
      if (refusals++ === 0) run(follow)
    }
  }
})
