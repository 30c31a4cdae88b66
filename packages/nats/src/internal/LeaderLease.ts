import { Clock, Effect } from "effect"
import { Busy, NatsError } from "../NatsError.ts"
import type { NatsSocket } from "../NatsSocket.ts"
import * as StreamApi from "./StreamApi.ts"

/**
 * A leader that was cut off from the other servers goes on answering for some 16 seconds (measured on 2.15.1), while they
 * have elected another one after 4 to 9 seconds and stored events that it does not know. What it says about the end of a
 * history is therefore believed only while no election can have taken place: no server elects before it has heard nothing
 * from its leader for 4 seconds, and the leader says in the description of the stream when it last heard from each of them.
 */

/** How long a leader is believed after a majority of the servers answered it: a second less than the shortest election. */
const leaseMillis = 3_000

/** The description of the stream is asked for again, beside a read, when less than this is left. */
const renewBeforeMillis = 1_000

/**
 * How long nobody is believed after another server has become the leader. Two that take themselves for the leader are told
 * apart by the first question between them, which they ask each other every second; until then the description may come
 * from the one and the end of the history from the other.
 */
const settleMillis = 2_000

/** Believes leaders for a while. */
export interface LeaderLease {
  /** Gives what a leader answers when it led for certain while it answered, else fails with `Busy`. Costs no wait more. */
  readonly confirm: <A>(read: Effect.Effect<A, NatsError>) => Effect.Effect<A, NatsError>
}

/** A lease on the leader of a stream with so many replicas; a single one leads whatever happens. */
export const makeLeaderLease = (
  socket: NatsSocket,
  stream: string,
  replicas: number
): LeaderLease => {
  if (replicas <= 1) return { confirm: (read) => read }
  let until = Number.NEGATIVE_INFINITY
  let from = Number.NEGATIVE_INFINITY
  let leader: string | undefined

  const renew = Effect.gen(function*() {
    // The age counts from when the leader answers: seen from when it was asked, the contact was even later.
    const askedAt = yield* now
    const { cluster, config } = yield* StreamApi.info(socket, stream)
    const ages = (cluster?.replicas ?? []).map(({ active }) => active / nanosPerMilli)
      // Zero stands for never.
      .filter((age) => age > 0)
      .toSorted((left, right) => left - right)
    const named = cluster?.leader ?? undefined
    if (named !== undefined) {
      if (leader !== undefined && leader !== named) from = (yield* now) + settleMillis
      leader = named
    }
    // With the leader itself they are a majority. The operator may have changed how many there are.
    const others = Math.floor((config.num_replicas ?? 1) / 2)
    const age = others === 0 ? 0 : ages[others - 1]
    if (age !== undefined) until = Math.max(until, askedAt - age + leaseMillis)
  })

  const confirm = Effect.fnUntraced(function*<A>(read: Effect.Effect<A, NatsError>) {
    const askedAt = yield* now
    const renewal = until - askedAt < renewBeforeMillis ? renew : Effect.void
    const [[value, answeredAt]] = yield* Effect.all([Effect.zip(read, now), renewal], { concurrency: "unbounded" })
    if (from <= askedAt && answeredAt <= until) return value
    const detail = `the leader of ${stream} is new, or has not heard from a majority of the servers lately`
    return yield* new NatsError({ reason: new Busy({ detail }) })
  })

  return { confirm }
}

const nanosPerMilli = 1_000_000
const now = Effect.map(Clock.monotonicTimeNanos, (nanos) => Number(nanos) / nanosPerMilli)
