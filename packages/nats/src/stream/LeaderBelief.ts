import type { StreamInfo } from "./StreamApi.ts"

/** How long nobody else can lead after a contact that counts, half a second for clocks and delays taken off. */
const leaseMillis = 3_500

/** How long after a contact a leader still leads only if that contact was with a follower. */
const proofMillis = 1_000

/** How long a server that was cut off while it led takes itself for the leader, with a good margin. */
const deposedMillis = 20_000

/** A server that the leader has not heard from for so long may have been cut off: it missed two beats. */
const silentMillis = 2_500

/**
 * Which of the answers of a leader are its own and not out of date. Pure: it is told what the leader says of itself, and when it
 * was asked. Times are milliseconds of one clock that does not jump.
 *
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
export class LeaderBelief {
  #leader: string | undefined
  /** From when on `leader` was seen to lead. */
  #since = Number.POSITIVE_INFINITY
  /** Until when no other one can lead. */
  #until = Number.NEGATIVE_INFINITY
  /** Contacts with a majority that do not count yet. */
  #pending: ReadonlyArray<number> = []
  #askedAt = Number.NEGATIVE_INFINITY
  /** Until when a server may come back that takes itself for the leader. */
  #mayReturnUntil: number
  /** When the leader last heard from each of the others. */
  readonly #contacts = new Map<string, number>()
  /** When it last heard from one that had been silent. */
  #returnedAt = Number.NEGATIVE_INFINITY
  #isOneSilent = false

  constructor(now: number) {
    this.#mayReturnUntil = now + deposedMillis
  }

  /** Whether the leader can be believed by now, or could. */
  get isBelieved(): boolean {
    return this.#until !== Number.NEGATIVE_INFINITY
  }

  /** What the leader said of itself, asked at `askedAt` and heard `now`. */
  heard(info: StreamInfo, askedAt: number, now: number): void {
    const leader = info.cluster?.leader
    // Said by a server that does not lead and knows nobody who does, as one with a full disk goes on saying: that ends nothing.
    if (leader === undefined) return
    if (leader !== this.#leader || this.#since === Number.POSITIVE_INFINITY) {
      this.#leader = leader
      // Until it answered, another one may have answered.
      this.#since = now
      this.#until = Number.NEGATIVE_INFINITY
      this.#pending = []
      this.#mayReturnUntil = now + deposedMillis
      this.#contacts.clear()
    }
    this.#heardOfOthers(info, askedAt)
    const proven = this.#pending.filter((contact) => contact <= askedAt - proofMillis)
    this.#pending = this.#pending.filter((contact) => contact > askedAt - proofMillis)
    this.#until = Math.max(this.#until, ...proven.map((contact) => contact + leaseMillis))
    const age = majorityAge(info)
    // The age counts from when the leader answers: seen from when it was asked, the contact was even later.
    if (age !== undefined) this.#pending = [...this.#pending, askedAt - age]
    this.#askedAt = askedAt
  }

  /** Whether what was asked and answered at these times counts; `undefined` when the leader has to be heard once more to know. */
  verdict(askedAt: number, answeredAt: number): boolean | undefined {
    if (this.#since > askedAt) return false
    if (askedAt <= this.#mayReturnUntil) {
      const isAroundReturn = askedAt - proofMillis <= this.#returnedAt && this.#returnedAt <= answeredAt + proofMillis
      if (isAroundReturn) return false
      if (this.#isOneSilent && this.#askedAt < answeredAt + proofMillis) return undefined
    }
    return answeredAt <= this.#until ? true : undefined
  }

  #heardOfOthers({ cluster }: StreamInfo, at: number): void {
    this.#isOneSilent = false
    for (const [index, { active, name = String(index) }] of (cluster?.replicas ?? []).entries()) {
      // Zero stands for never.
      const contact = active > 0 ? at - active / nanosPerMilli : Number.NEGATIVE_INFINITY
      const before = this.#contacts.get(name)
      if (before !== undefined && contact > before + silentMillis) this.#returnedAt = contact
      if (at - contact > silentMillis) this.#isOneSilent = true
      this.#contacts.set(name, contact)
    }
  }
}

/** How long ago, in milliseconds, the leader and the servers that it heard from since were a majority. */
export const majorityAge = ({ cluster, config }: StreamInfo): number | undefined => {
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
