import { monotonicMillis } from "@cim-domain/event-sourcing/monotonicMillis"
import { Effect, Latch, Schedule, type Scope } from "effect"
import { Busy, NatsError } from "../connection/NatsError.ts"
import type { NatsSocket } from "../connection/NatsSocket.ts"
import { LeaderBelief } from "./LeaderBelief.ts"
import * as StreamApi from "./StreamApi.ts"

/** How often the leader is asked for its contacts; it makes one a second. */
const pollMillis = 500

/** How long an answer may wait for the contacts that make it count: longer than in any quiet second, shorter than a command. */
const patienceMillis = 2_500

/** Believes leaders for a while: see {@link LeaderBelief}. */
export interface LeaderLease {
  /** Waits until a leader can be believed, a second, or until it is no use to wait any longer. */
  readonly ready: Effect.Effect<void>
  /** Gives what a leader answers when it led for certain while it answered, else fails with `Busy`. Costs no round trip. */
  readonly confirm: <A>(read: Effect.Effect<A, NatsError>) => Effect.Effect<A, NatsError>
}

/** A lease on the leader of a stream with so many replicas at present; a single one leads whatever happens. */
export const makeLeaderLease = Effect.fnUntraced(function*(
  socket: NatsSocket,
  stream: string,
  replicas: () => number
): Effect.fn.Return<LeaderLease, never, Scope.Scope> {
  const isAlone = () => replicas() <= 1
  const polled = yield* Latch.make()
  const belief = new LeaderBelief(yield* monotonicMillis)

  const poll = Effect.gen(function*() {
    if (isAlone()) return
    const askedAt = yield* monotonicMillis
    const info = yield* StreamApi.info(socket, stream)
    belief.heard(info, askedAt, yield* monotonicMillis)
  })

  yield* Effect.ignore(poll)
  yield* Effect.forkScoped(Effect.repeat(
    Effect.andThen(Effect.ignore(poll), polled.release),
    Schedule.spaced(`${pollMillis} millis`)
  ))
  const ready = Effect.timeoutOption(
    Effect.gen(function*() {
      while (!isAlone() && !belief.isBelieved) yield* polled.await
    }),
    patienceMillis
  )

  const confirmed = Effect.fnUntraced(function*<A>(read: Effect.Effect<A, NatsError>) {
    const askedAt = yield* monotonicMillis
    const value = yield* read
    const answeredAt = yield* monotonicMillis
    const counts = Effect.gen(function*() {
      let verdict = belief.verdict(askedAt, answeredAt)
      while (verdict === undefined) {
        yield* polled.await
        verdict = belief.verdict(askedAt, answeredAt)
      }
      return verdict
    })
    if (yield* Effect.timeoutOrElse(counts, { duration: patienceMillis, orElse: () => Effect.succeed(false) })) {
      return value
    }
    const detail =
      `the leader of ${stream} has not heard from a majority of the servers lately, or another one led just now`
    return yield* new NatsError({ reason: new Busy({ detail }) })
  })

  return {
    confirm: (read) => Effect.suspend(() => isAlone() ? read : confirmed(read)),
    ready: Effect.asVoid(ready)
  }
})
