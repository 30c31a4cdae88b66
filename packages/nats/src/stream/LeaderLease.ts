import { monotonicMillis } from "@cim-domain/event-sourcing/monotonicMillis"
import { Effect, Latch, Schedule, type Scope } from "effect"
import { Busy, NatsError } from "../connection/NatsError.ts"
import type { NatsSocket } from "../connection/NatsSocket.ts"
import * as StreamApi from "./StreamApi.ts"

/**
 * A leader that was cut off from the other servers goes on answering for some 16 seconds (measured on 2.15.1), while they
 * have elected another one after 4 to 9 seconds and stored events that it does not know. What it says about the end of a
 * history is therefore believed only while no election can have taken place: no server elects before it has heard nothing
 * from its leader for 4 seconds, and the leader says in the description of the stream when it last heard from each of them.
 *
 * When the cut heals it hears from servers that follow another one already, and leads for a moment more. So a contact counts
 * only when the same server still leads a second later. And it answers whoever asks in that moment, also those who know the new
 * leader, which hears from it at its next beat, within a second. So while a server is silent that may have led before, what is
 * read counts only when the leader has still not heard from it a second later.
 *
 * ```
 *             cut                              healed    beat of the new leader
 * the old one  |··leads········answers from the past··|··answers··|  follows
 * the new one       |elected·····················leads············|
 *                                                 what is read here does not count
 * ```
 */

/** How long nobody else can lead after a contact that counts, half a second for clocks and delays taken off. */
const leaseMillis = 3_500

/** How long after a contact a leader still leads only if that contact was with a follower. */
const proofMillis = 1_000

/** How often the leader is asked for its contacts; it makes one a second. */
const pollMillis = 500

/** How long an answer may wait for the contacts that make it count: longer than in any quiet second, shorter than a command. */
const patienceMillis = 2_500

/** How long a server that was cut off while it led takes itself for the leader, with a good margin. */
const deposedMillis = 20_000

/** A server that the leader has not heard from for so long may have been cut off: it missed two beats. */
const silentMillis = 2_500

/** Believes leaders for a while. */
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
  let leader: string | undefined
  /** From when on `leader` was seen to lead. */
  let since = Number.POSITIVE_INFINITY
  /** Until when no other one can lead. */
  let until = Number.NEGATIVE_INFINITY
  let pending: ReadonlyArray<number> = []
  let polledAt = Number.NEGATIVE_INFINITY
  /** Until when a server may come back that takes itself for the leader. */
  let mayReturnUntil = (yield* monotonicMillis) + deposedMillis
  const others = makeOthers()

  const poll = Effect.gen(function*() {
    if (isAlone()) return
    const askedAt = yield* monotonicMillis
    const info = yield* StreamApi.info(socket, stream)
    if (info.cluster?.leader !== leader || since === Number.POSITIVE_INFINITY) {
      leader = info.cluster?.leader
      // Until it answered, another one may have answered.
      since = yield* monotonicMillis
      until = Number.NEGATIVE_INFINITY
      pending = []
      mayReturnUntil = since + deposedMillis
      others.forget()
    }
    others.heard(info, askedAt)
    polledAt = askedAt
    const proven = pending.filter((contact) => contact <= askedAt - proofMillis)
    pending = pending.filter((contact) => contact > askedAt - proofMillis)
    until = Math.max(until, ...proven.map((contact) => contact + leaseMillis))
    const age = majorityAge(info)
    // The age counts from when the leader answers: seen from when it was asked, the contact was even later.
    if (age !== undefined) pending = [...pending, askedAt - age]
  })

  yield* Effect.ignore(poll)
  yield* Effect.forkScoped(Effect.repeat(
    Effect.andThen(Effect.ignore(poll), polled.release),
    Schedule.spaced(`${pollMillis} millis`)
  ))
  const hasLease = () => until !== Number.NEGATIVE_INFINITY
  const ready = Effect.timeoutOption(
    Effect.gen(function*() {
      while (!isAlone() && !hasLease()) yield* polled.await
    }),
    patienceMillis
  )

  const confirmed = Effect.fnUntraced(function*<A>(read: Effect.Effect<A, NatsError>) {
    const askedAt = yield* monotonicMillis
    const value = yield* read
    const answeredAt = yield* monotonicMillis
    /** Not known yet, as long as it is `undefined`. */
    const verdict = (): boolean | undefined => {
      if (since > askedAt) return false
      if (askedAt <= mayReturnUntil) {
        if (others.returnedBetween(askedAt - proofMillis, answeredAt + proofMillis)) return false
        if (others.areSilent() && polledAt < answeredAt + proofMillis) return undefined
      }
      return answeredAt <= until ? true : undefined
    }
    const counts = Effect.gen(function*() {
      while (verdict() === undefined) yield* polled.await
      return verdict() === true
    })
    if (yield* Effect.timeoutOrElse(counts, { duration: patienceMillis, orElse: () => Effect.succeed(false) })) {
      return value
    }
    const detail = `the leader of ${stream} has not heard from a majority of the servers lately`
    return yield* new NatsError({ reason: new Busy({ detail }) })
  })

  return {
    confirm: (read) => Effect.suspend(() => isAlone() ? read : confirmed(read)),
    ready: Effect.asVoid(ready)
  }
})

/** What a leader says of the other servers, from one time to the next. */
const makeOthers = () => {
  /** When it last heard from each of them. */
  const contacts = new Map<string, number>()
  /** When it last heard from one that had been silent. */
  let returnedAt = Number.NEGATIVE_INFINITY
  let silent = false
  return {
    forget: () => contacts.clear(),
    heard: ({ cluster }: StreamApi.StreamInfo, at: number) => {
      silent = false
      for (const [index, { active, name = String(index) }] of (cluster?.replicas ?? []).entries()) {
        // Zero stands for never.
        const contact = active > 0 ? at - active / nanosPerMilli : Number.NEGATIVE_INFINITY
        const before = contacts.get(name)
        if (before !== undefined && contact > before + silentMillis) returnedAt = contact
        if (at - contact > silentMillis) silent = true
        contacts.set(name, contact)
      }
    },
    areSilent: () => silent,
    returnedBetween: (from: number, to: number) => from <= returnedAt && returnedAt <= to
  }
}

/** How long ago, in milliseconds, the leader and the servers that it heard from since were a majority. */
export const majorityAge = ({ cluster, config }: StreamApi.StreamInfo): number | undefined => {
  // The operator may have changed how many there are.
  const others = Math.floor((config.num_replicas ?? 1) / 2)
  if (others === 0) return 0
  const ages = (cluster?.replicas ?? []).map(({ active }) => active / nanosPerMilli)
    // Zero stands for never.
    .filter((age) => age > 0)
    .toSorted((left, right) => left - right)
  return ages[others - 1]
}

const nanosPerMilli = 1_000_000
