import type { Randomness } from "../../time/Randomness.ts"
import type { Timeline } from "../../time/Timeline.ts"
import type { SimulatedStream } from "../stream/SimulatedStream.ts"
import type { Latency } from "./Network.ts"

/** Servers wait so long without a word from their leader before they elect another one. */
const patience: Latency = { min: 4_000, max: 9_000 }

/** A leader that reaches no majority gives up after so long: 15.9 s were measured. */
const leadsOn: Latency = { min: 10_000, max: 16_000 }

/** How soon a leader notices that servers are there again, in milliseconds. */
const heartbeatMillis = 1_000

/** Sees to it that streams have leaders, as far as there are majorities. */
export class Elections {
  readonly #timeline: Timeline
  readonly #randomness: Randomness
  readonly #streams: () => Iterable<SimulatedStream>
  /** Since when a stream has no leader that reaches a majority. */
  readonly #without = new Map<SimulatedStream, number>()

  constructor(timeline: Timeline, randomness: Randomness, streams: () => Iterable<SimulatedStream>) {
    this.#timeline = timeline
    this.#randomness = randomness
    this.#streams = streams
  }

  /** Whether servers have noticed that a stream has no leader. */
  isLeaderless(stream: SimulatedStream): boolean {
    const since = this.#without.get(stream)
    return since !== undefined && stream.leaders.length === 0 && this.#timeline.now() - since >= patience.min
  }

  /** Servers have come or gone, or lines between them. */
  changed(): void {
    for (const stream of this.#streams()) {
      this.#look(stream)
      this.#depose(stream)
    }
    // The next heartbeat of a leader reaches those that are back, or tells it that there is another one.
    this.#timeline.after(this.#randomness.between(0, heartbeatMillis), () => {
      for (const { group } of this.#streams()) {
        for (const member of group.members) if (member.isLeader && member.node.isUp) group.beat(member)
      }
    })
  }

  /** Makes the leader of a stream give up; the next one is elected so many milliseconds later. */
  stepDown(stream: SimulatedStream, millis: number): void {
    const { leader } = stream.group
    if (leader === undefined) return
    stream.group.stepDown(leader)
    this.isVacant(stream, millis)
  }

  /** A stream has no leader; one is elected so many milliseconds later. */
  isVacant(stream: SimulatedStream, millis: number): void {
    this.#look(stream, millis)
  }

  #look(stream: SimulatedStream, millis?: number): void {
    if (stream.group.leader !== undefined) return void this.#without.delete(stream)
    if (this.#without.has(stream)) return
    this.#without.set(stream, this.#timeline.now())
    this.#later(stream, millis)
  }

  #later(stream: SimulatedStream, millis?: number): void {
    const since = this.#without.get(stream)
    if (!stream.isReplicated && !stream.copies[0]!.member.node.isUp) return void this.#without.delete(stream)
    const wait = millis ?? (stream.isReplicated ? this.#randomness.between(patience.min, patience.max) : 0)
    this.#timeline.after(wait, () => {
      if (this.#without.get(stream) === since) this.#elect(stream)
    })
  }

  #elect(stream: SimulatedStream): void {
    const { candidates, leader } = stream.group
    if (leader !== undefined) return void this.#without.delete(stream)
    // Without a majority it is tried again and again.
    if (candidates.length === 0) return this.#later(stream)
    this.#without.delete(stream)
    const chosen = candidates[this.#randomness.below(candidates.length)]!
    stream.lead(stream.copies.find(({ member }) => member === chosen)!)
  }

  #depose(stream: SimulatedStream): void {
    const { group } = stream
    if (!stream.isReplicated) return
    for (const member of group.members) {
      if (!member.isLeader || group.reachesMajority(member)) continue
      const { term } = member
      this.#timeline.after(this.#randomness.between(leadsOn.min, leadsOn.max), () => {
        if (member.isLeader && member.term === term && !group.reachesMajority(member)) group.stepDown(member)
      })
    }
  }
}
