import type { BrokerNode } from "./Network.ts"

/** Something that was proposed, by the leader of a term; `undefined` begins a term. */
export interface RaftEntry<A> {
  readonly term: number
  readonly change: A | undefined
}

/** One server's part in a group: its log, and what it knows of it. All of it survives a restart. */
export class RaftMember<A> {
  readonly node: BrokerNode
  /** Entry `index` is `entries[index - base]`; those before are applied everywhere. */
  entries: Array<RaftEntry<A>> = []
  base = 0
  #baseTerm = 0
  term = 0
  /** How many entries are known to be stored by a majority, and how many have been applied here. */
  committed = 0
  applied = 0
  isLeader = false
  /** Of a leader: how many entries there are up to the one that began its term, and since when it leads. */
  begun = 0
  since = 0
  /** Of a leader: how many entries each other member has, and when it was last heard from. */
  readonly matched = new Map<RaftMember<A>, number>()
  readonly heard = new Map<RaftMember<A>, number>()
  /** Applies nothing for now, unless it leads. */
  isHeld = false

  constructor(node: BrokerNode) {
    this.node = node
  }

  /** Whether it takes itself for the leader and has come to everything that was stored before. */
  get isServing(): boolean {
    return this.isLeader && this.applied >= this.begun
  }

  get length(): number {
    return this.base + this.entries.length
  }

  at(index: number): RaftEntry<A> {
    return this.entries[index - this.base]!
  }

  /** The term of the entry before, 0 when there is none. */
  termBefore(index: number): number {
    return index <= this.base ? this.#baseTerm : this.at(index - 1).term
  }

  /** Whether another one may follow it: it has no less. */
  hasAllOf(other: RaftMember<A>): boolean {
    const [own, theirs] = [this.termBefore(this.length), other.termBefore(other.length)]
    return own > theirs || (own === theirs && this.length >= other.length)
  }

  /** Keeps only what comes from there on. */
  drop(base: number): void {
    this.#baseTerm = this.termBefore(base)
    this.entries = this.entries.slice(base - this.base)
    this.base = base
  }
}
