import type { BrokerNode, Network } from "./Network.ts"
import { type RaftEntry, RaftMember } from "./RaftMember.ts"

/** Whom a group tells. */
export interface RaftListener<A> {
  /** A change has been stored by a majority, and this member has come to it. Called in order, once for each member. */
  readonly apply: (member: RaftMember<A>, change: A) => void
  /** A member leads and has come to everything that was stored before. */
  readonly serves: (member: RaftMember<A>) => void
  /** A member leads no more. */
  readonly follows: (member: RaftMember<A>) => void
}

/** What a leader sends. */
interface Append<A> {
  readonly term: number
  readonly from: number
  /** Term of the entry before the first one. */
  readonly termBefore: number
  readonly entries: ReadonlyArray<RaftEntry<A>>
  readonly committed: number
}

/** How often a leader asks the others whether they still follow, in milliseconds. */
const heartbeatMillis = 1_000

/** Entries that are dropped at once when everybody has applied them. */
const dropFrom = 4_096

/**
 * Servers that keep one order of changes, by the rules of Raft: what a majority has stored is never lost, and nothing goes between.
 * Throws when that is not so.
 */
export class RaftGroup<A> {
  readonly members: ReadonlyArray<RaftMember<A>>
  readonly #network: Network
  readonly #listener: RaftListener<A>
  readonly #now: () => number
  /** What was applied by anybody, from `#decidedFrom` on. */
  #decided: Array<A | undefined> = []
  #decidedFrom = 0

  constructor(nodes: ReadonlyArray<BrokerNode>, network: Network, now: () => number, listener: RaftListener<A>) {
    this.members = nodes.map((node) => new RaftMember<A>(node))
    this.#network = network
    this.#now = now
    this.#listener = listener
  }

  /** How many servers are more than half. */
  get majority(): number {
    return (this.members.length >> 1) + 1
  }

  /** The leader that a majority follows or can follow, `undefined` when there is none. */
  get leader(): RaftMember<A> | undefined {
    let leader: RaftMember<A> | undefined
    for (const member of this.members) {
      if (member.isLeader && this.reachesMajority(member) && member.term > (leader?.term ?? -1)) leader = member
    }
    return leader
  }

  /** Whether a member runs and reaches more than half of all, itself among them. */
  reachesMajority(member: RaftMember<A>): boolean {
    return this.members.filter((other) => this.#network.reaches(member.node, other.node)).length >= this.majority
  }

  memberOn(node: BrokerNode): RaftMember<A> | undefined {
    return this.members.find((member) => member.node === node)
  }

  /** A leader puts a change at the end of its log and sends it to the others. */
  propose(leader: RaftMember<A>, change: A | undefined): void {
    leader.entries.push({ term: leader.term, change })
    for (const member of this.members) if (member !== leader) this.#replicate(leader, member, leader.length - 1)
    this.#advance(leader)
  }

  /** Those that a majority would elect now. */
  get candidates(): ReadonlyArray<RaftMember<A>> {
    return this.members.filter((member) =>
      this.members.filter((other) => this.#network.reaches(member.node, other.node) && member.hasAllOf(other)).length >=
        this.majority
    )
  }

  /** Makes a candidate the leader of a new term. What it has not got is lost, what it has is stored by and by. */
  lead(member: RaftMember<A>): void {
    const decided = this.#decidedFrom + this.#decided.length
    if (member.length < decided) throw new Error(`${member.node.name} leads without what a majority has stored`)
    const term = Math.max(...this.members.map((each) => each.term)) + 1
    member.term = term
    member.isLeader = true
    member.isHeld = false
    member.since = this.#now()
    member.matched.clear()
    member.heard.clear()
    for (const other of this.members) {
      if (other !== member && this.#network.reaches(member.node, other.node)) this.#follow(other, term)
    }
    member.begun = member.length + 1
    this.propose(member, undefined)
  }

  /** A leader gives up. */
  stepDown(member: RaftMember<A>): void {
    this.#follow(member, member.term)
  }

  /** A leader sends everybody what they may not have, as with a heartbeat. */
  beat(leader: RaftMember<A>): void {
    for (const member of this.members) {
      if (member !== leader) {
        this.#replicate(leader, member, Math.min(leader.matched.get(member) ?? leader.length, leader.length))
      }
    }
  }

  /** When a leader last heard from a member, which answers its heartbeats, `undefined` when it has not yet. */
  lastHeard(leader: RaftMember<A>, member: RaftMember<A>): number | undefined {
    const until = this.#network.lostAt(member.node, leader.node) ?? this.#now()
    const beatBefore = (time: number) =>
      leader.since + Math.floor((time - leader.since) / heartbeatMillis) * heartbeatMillis
    const last = beatBefore(until)
    // A beat that fell into a cut was not answered, though the line is whole by now.
    const cutAt = this.#network.wasCutAt(member.node, leader.node, last)
    const beat = cutAt === undefined ? last : beatBefore(cutAt)
    const heard = leader.heard.get(member)
    return beat > leader.since ? Math.max(beat, heard ?? 0) : heard
  }

  /** Lets a member apply nothing until it is let go on. It still stores, and counts. */
  hold(member: RaftMember<A>, isHeld: boolean): void {
    member.isHeld = isHeld
    if (!isHeld) this.#commit(member, member.committed)
  }

  #follow(member: RaftMember<A>, term: number): void {
    member.term = term
    if (!member.isLeader) return
    member.isLeader = false
    this.#listener.follows(member)
  }

  #replicate(leader: RaftMember<A>, member: RaftMember<A>, index: number): void {
    const from = Math.max(index, leader.base)
    const append: Append<A> = {
      term: leader.term,
      from,
      termBefore: leader.termBefore(from),
      entries: leader.entries.slice(from - leader.base),
      committed: leader.committed
    }
    this.#network.send(leader.node, member.node, () => this.#receive(leader, member, append))
  }

  #receive(
    leader: RaftMember<A>,
    member: RaftMember<A>,
    { committed, entries, from, term, termBefore }: Append<A>
  ): void {
    const answer = (run: () => void) => this.#network.send(member.node, leader.node, run)
    if (term < member.term) {
      const { term: newer } = member
      return answer(() => {
        if (leader.term < newer) this.#follow(leader, newer)
      })
    }
    this.#follow(member, term)
    if (from > member.length || (from > member.base && member.termBefore(from) !== termBefore)) {
      const missing = member.committed
      return answer(() => {
        if (leader.isLeader && leader.term === term) this.#replicate(leader, member, missing)
      })
    }
    for (const [offset, entry] of entries.entries()) {
      const index = from + offset
      if (index < member.base || (index < member.length && member.at(index).term === entry.term)) continue
      if (index < member.committed) throw new Error(`${member.node.name} would lose what a majority has stored`)
      member.entries.length = index - member.base
      member.entries.push(entry)
    }
    const matched = from + entries.length
    this.#commit(member, Math.min(committed, matched))
    answer(() => this.#acknowledged(leader, member, term, matched))
  }

  #acknowledged(leader: RaftMember<A>, member: RaftMember<A>, term: number, matched: number): void {
    if (!leader.isLeader || leader.term !== term) return
    leader.heard.set(member, this.#now())
    if (matched <= (leader.matched.get(member) ?? 0)) return
    leader.matched.set(member, matched)
    this.#advance(leader)
  }

  /** What a majority has is stored for good, as soon as something of this term is among it. */
  #advance(leader: RaftMember<A>): void {
    let common = leader.length
    if (this.members.length > 1) {
      const lengths = this.members.map((each) => each === leader ? leader.length : leader.matched.get(each) ?? 0)
      common = lengths.toSorted((one, other) => other - one)[this.members.length >> 1]!
    }
    if (common <= leader.committed || leader.termBefore(common) !== leader.term) return
    this.#commit(leader, common)
    for (const member of this.members) if (member !== leader) this.#tellCommit(leader, member)
    this.#drop()
  }

  #tellCommit(leader: RaftMember<A>, member: RaftMember<A>): void {
    const { committed, term } = leader
    this.#network.send(leader.node, member.node, () => {
      // What it has of this term up to there is what the leader has.
      if (
        term === member.term && !member.isLeader && member.length >= committed && member.termBefore(committed) === term
      ) {
        this.#commit(member, committed)
      }
    })
  }

  #commit(member: RaftMember<A>, committed: number): void {
    member.committed = Math.max(member.committed, committed)
    if (member.isHeld && !member.isLeader) return
    while (member.applied < member.committed) {
      const index = member.applied
      const { change } = member.at(index)
      this.#decide(index, change)
      member.applied += 1
      if (change !== undefined) this.#listener.apply(member, change)
      else if (member.isServing) this.#listener.serves(member)
    }
  }

  /** All apply the same in the same order. */
  #decide(index: number, change: A | undefined): void {
    const known = index - this.#decidedFrom
    if (known === this.#decided.length) this.#decided.push(change)
    else if (this.#decided[known] !== change) throw new Error(`two changes were stored at ${index}`)
  }

  #drop(): void {
    const [first] = this.members
    if (first!.applied - first!.base < dropFrom) return
    const applied = Math.min(...this.members.map((member) => member.applied))
    if (applied - first!.base < dropFrom) return
    for (const member of this.members) member.drop(applied)
    this.#decided = this.#decided.slice(applied - this.#decidedFrom)
    this.#decidedFrom = applied
  }
}
