import type { Randomness } from "../../time/Randomness.ts"
import type { Timeline } from "../../time/Timeline.ts"
import { Lane } from "./Lane.ts"

/** One server of the broker. */
export interface BrokerNode {
  readonly index: number
  readonly name: string
  /** Whether its process runs, and when it last ended. */
  isUp: boolean
  downAt: number
}

/** The shortest and the longest time that something takes, in milliseconds. */
export interface Latency {
  readonly min: number
  readonly max: number
}

/** What a message between two servers goes over, in one direction. */
interface Line {
  readonly lane: Lane
  isCut: boolean
  cutAt: number
  /** When it was whole again, after the last cut. */
  healedAt: number
  /** Until when the other side is taken for reachable although it is not. */
  unknownUntil: number
  factor: number
}

/** The lines between the servers. */
export class Network {
  readonly #timeline: Timeline
  readonly #randomness: Randomness
  readonly #latency: Latency
  readonly #lines: ReadonlyArray<ReadonlyArray<Line>>

  constructor(timeline: Timeline, randomness: Randomness, size: number, latency: Latency) {
    this.#timeline = timeline
    this.#randomness = randomness
    this.#latency = latency
    const line = (): Line => ({
      lane: new Lane(timeline),
      isCut: false,
      cutAt: 0,
      healedAt: -1,
      unknownUntil: 0,
      factor: 1
    })
    this.#lines = Array.from({ length: size }, () => Array.from({ length: size }, line))
  }

  /** Runs something over there when the message has arrived; never, when it is lost on the way. At once on the same server. */
  send(from: BrokerNode, to: BrokerNode, run: () => void): void {
    if (!this.reaches(from, to)) return
    if (from === to) return run()
    const line = this.#lines[from.index]![to.index]!
    const { max, min } = this.#latency
    line.lane.send(this.#randomness.between(min, max) * line.factor, () => {
      if (this.reaches(from, to)) run()
    })
  }

  /** Whether both run and nothing is between them. */
  reaches(from: BrokerNode, to: BrokerNode): boolean {
    return from.isUp && to.isUp && !this.#lines[from.index]![to.index]!.isCut
  }

  /** Whether a server takes another one for reachable: what is lost on the way is noticed late. */
  knows(from: BrokerNode, to: BrokerNode): boolean {
    if (!from.isUp || !to.isUp) return false
    const { isCut, unknownUntil } = this.#lines[from.index]![to.index]!
    return !isCut || this.#timeline.now() < unknownUntil
  }

  /** Since when nothing comes from one to the other, `undefined` when it does. */
  lostAt(from: BrokerNode, to: BrokerNode): number | undefined {
    const { cutAt, isCut } = this.#lines[from.index]![to.index]!
    const times = [...(isCut ? [cutAt] : []), ...(from.isUp ? [] : [from.downAt]), ...(to.isUp ? [] : [to.downAt])]
    return times.length === 0 ? undefined : Math.min(...times)
  }

  /** Whether nothing came from one to the other at a time in the past; then since when. */
  wasCutAt(from: BrokerNode, to: BrokerNode, time: number): number | undefined {
    const { cutAt, healedAt } = this.#lines[from.index]![to.index]!
    return cutAt <= time && time <= healedAt ? cutAt : undefined
  }

  /** Lets nothing through between two servers, in both directions, which they notice so many milliseconds later. */
  cut(one: BrokerNode, other: BrokerNode, noticedAfter: number): void {
    const now = this.#timeline.now()
    this.#both(one, other, (line) => {
      if (!line.isCut) line.cutAt = now
      line.isCut = true
      line.unknownUntil = now + noticedAfter
    })
  }

  /** Lets everything through again. */
  heal(one: BrokerNode, other: BrokerNode): void {
    const now = this.#timeline.now()
    this.#both(one, other, (line) => {
      if (line.isCut) line.healedAt = now
      line.isCut = false
    })
  }

  #both(one: BrokerNode, other: BrokerNode, change: (line: Line) => void): void {
    if (one === other) return
    change(this.#lines[one.index]![other.index]!)
    change(this.#lines[other.index]![one.index]!)
  }

  /** Makes messages between two servers, in both directions, take so many times as long. */
  slow(one: BrokerNode, other: BrokerNode, factor: number): void {
    this.#both(one, other, (line) => {
      line.factor = factor
    })
  }
}
