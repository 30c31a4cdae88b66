import { monotonicMillisOf } from "@cim-domain/event-sourcing/monotonicMillis"
import { Clock, Context, Effect } from "effect"

/** Requests with a larger body take turns, in bytes. */
export const largeBytes = 16 * 1024

/** How long one may wait for its turn, in milliseconds; then it is refused, and its requester may send it again. */
export const largeWaitMillis = 2_000

/** How many times as long as one of them took everything else has the process for itself, before the next one. */
const restFactor = 3

/**
 * Lets large requests in one at a time, and rests in between.
 *
 * Reading a body takes as long as it is large, some 10 ms at most, and nothing else happens meanwhile. Whoever sends many at
 * once keeps a quarter of the process busy, and all others have the rest. One that comes alone does not wait.
 */
export class LargeRequests {
  readonly #waiting = new Map<() => void, () => void>()
  readonly #services: Context.Context<never>
  readonly #now: () => number
  #isResting = false

  /** Time passes as the clock of the services says. */
  constructor(services: Context.Context<never>) {
    const clock = Context.get(services, Clock.Clock)
    this.#services = services
    this.#now = () => monotonicMillisOf(clock)
  }

  /** How many wait for their turn. */
  get waiting(): number {
    return this.#waiting.size
  }

  /** Begins, now or when it is its turn, or refuses when that comes too late; neither throws. Gives what gives up waiting. */
  enter(begin: () => void, refuse: () => void): () => void {
    const latest = this.#now() + largeWaitMillis
    this.#waiting.set(begin, () => this.#now() > latest ? refuse() : begin())
    if (!this.#isResting) this.#next()
    return () => void this.#waiting.delete(begin)
  }

  readonly #next = (): void => {
    const [first] = this.#waiting
    this.#isResting = first !== undefined
    if (first === undefined) return
    const [begin, beginOrRefuse] = first
    this.#waiting.delete(begin)
    const began = this.#now()
    beginOrRefuse()
    const rest = Effect.sleep(restFactor * (this.#now() - began))
    Effect.runForkWith(this.#services)(Effect.andThen(rest, Effect.sync(this.#next)))
  }
}
