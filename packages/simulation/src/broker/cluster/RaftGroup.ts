import type { BrokerNode, Network } from "./Network.ts"

/** Something that was proposed, by the leader of a term; `undefined` begins a term. */
interface Entry<A> {
  readonly term: number
  readonly change: A | undefined
}

/** One server's part in a group. */
export class RaftMember<A> {
  readonly node: BrokerNode
  /** Entry `index` is `#entries[index - base]`; those before are applied everywhere. */
  entries: Array<Entry<A>> = []
  base = 0
  term = 0
  /** How many entries are known to be stored by a majority, and how many have been applied here. */
  committed = 0
  applied = 0
  isLeader = false
  /** Of a leader: since when it leads, how many entries each other member has, and when it was last heard from. */
  since = 0
  readonly matched = new Map<RaftMember<A>, number>()
  readonly heard = new Map<RaftMember<A>, number>()

  constructor(node: BrokerNode) {
    this.node = node
  }

  get length(): number {
    return this.base + this.entries.length
  }

  at(index: number): Entry<A> {
    return this.entries[index - this.base]!
  }

  get lastTerm(): number {
    return this.length === this.base ? this.base === 0 ? 0 : this.term : this.at(this.length - 1).term
  }
}

/** Whom a group tells. */
export interface RaftListener<A> {
  /** A change has been stored by a majority, and this member has come to it. Called in order, once for each member. */
  readonly apply: (member: RaftMember<A>, change: A) => void
}

/** How often a leader asks the others whether they still follow. */
const heartbeatMillis = 1_000

/** Entries that are dropped at once when everybody has applied them. */
const dropFrom = 4_096

/** Servers that keep one order of changes, by the rules of Raft: what a majority has stored is never lost, and nothing goes between. */
export class RaftGroup<A> {
  readonly members: ReadonlyArray<RaftMember<A>>
  readonly #network: Network
  readonly #listener: RaftListener<A>
  readonly #now: () => number

  constructor(nodes: ReadonlyArray<BrokerNode>, network: Network, now: () => number, listener: RaftListener<A>) {
    this.members = nodes.map((node) => new RaftMember<A>(node))
    this.#network = network
    this.#now = now
    this.#listener = listener
  }

  /** Those that take themselves for the leader and run: several while one of them was cut off. */
  get leaders(): ReadonlyArray<RaftMember<A>> {
    return this.members.filter(({ isLeader, node }) => isLeader && node.isUp)
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

  /** Makes a member the leader of a new term. What it has not got is lost; what it has is stored by and by. */
  lead(member: RaftMember<A>): void {
    const term = Math.max(...this.members.map((each) => each.term)) + 1
    member.term = term
    member.isLeader = true
    member.since = this.#now()
    member.matched.clear()
    member.heard.clear()
    for (const other of this.members) {
      if (other === member) continue
      if (this.#network.reaches(member.node, other.node)) this.#follow(other, term)
    }
    this.propose(member, undefined)
  }

  /** The leader sends everything again that a member may not have. */
  catchUp(leader: RaftMember<A>, member: RaftMember<A>): void {
    this.#replicate(
      leader,
      member,
      Math.max(leader.base, Math.min(leader.matched.get(member) ?? leader.base, leader.length))
    )
  }

  /** When a leader last heard from a member, which answers its heartbeats, `undefined` when it has not yet. */
  lastHeard(leader: RaftMember<A>, member: RaftMember<A>): number | undefined {
    const until = this.#network.lostAt(member.node, leader.node) ?? this.#now()
    const beat = leader.since + Math.floor((until - leader.since) / heartbeatMillis) * heartbeatMillis
    const heard = leader.heard.get(member)
    return beat > leader.since ? Math.max(beat, heard ?? 0) : heard
  }

  stepDown(member: RaftMember<A>): void {
    member.isLeader = false
  }

  #follow(member: RaftMember<A>, term: number): void {
    member.term = term
    member.isLeader = false
  }

  #replicate(leader: RaftMember<A>, member: RaftMember<A>, from: number): void {
    const { term } = leader
    const [sent, committed] = [leader.entries.slice(from - leader.base), leader.committed]
    this.#network.send(leader.node, member.node, () => {
      if (term < member.term) {
        return this.#network.send(member.node, leader.node, () => this.#deposed(leader, member.term))
      }
      if (term > member.term || member.isLeader) this.#follow(member, term)
      const fits = from <= member.length && (from <= member.applied || from === leader.base ||
        (from - 1 >= member.base && from - 1 >= leader.base && member.at(from - 1).term === leader.at(from - 1)?.term))
      if (!fits) {
        return this.#network.send(member.node, leader.node, () => {
          if (leader.isLeader && leader.term === term) {
            this.#replicate(leader, member, Math.max(leader.base, member.applied))
          }
        })
      }
      for (const [offset, entry] of sent.entries()) {
        const index = from + offset
        if (index < member.base) continue
        if (index < member.length && member.at(index).term === entry.term) continue
        if (index < member.committed) throw new Error(`${member.node.name} would lose what a majority has stored`)
        member.entries.length = index - member.base
        member.entries.push(entry)
      }
      const matched = from + sent.length
      this.#commit(member, Math.min(committed, matched))
      this.#network.send(member.node, leader.node, () => this.#acknowledged(leader, member, term, matched))
    })
  }

  #acknowledged(leader: RaftMember<A>, member: RaftMember<A>, term: number, matched: number): void {
    if (!leader.isLeader || leader.term !== term) return
    leader.heard.set(member, this.#now())
    if (matched <= (leader.matched.get(member) ?? 0)) return
    leader.matched.set(member, matched)
    this.#advance(leader)
  }

  #deposed(leader: RaftMember<A>, term: number): void {
    if (leader.term < term) this.#follow(leader, term)
  }

  /** What a majority has is stored for good, as soon as something of this term is among it. */
  #advance(leader: RaftMember<A>): void {
    const lengths = this.members.map((each) => each === leader ? leader.length : leader.matched.get(each) ?? 0)
    const common = lengths.toSorted((one, other) => other - one)[this.members.length >> 1]!
    if (common <= leader.committed || leader.at(common - 1).term !== leader.term) return
    this.#commit(leader, common)
    for (const member of this.members) if (member !== leader) this.#tellCommit(leader, member)
    this.#drop()
  }

  #tellCommit(leader: RaftMember<A>, member: RaftMember<A>): void {
    const { committed, term } = leader
    this.#network.send(leader.node, member.node, () => {
      if (term === member.term && !member.isLeader) this.#commit(member, Math.min(committed, member.length))
    })
  }

  #commit(member: RaftMember<A>, committed: number): void {
    member.committed = Math.max(member.committed, committed)
    while (member.applied < member.committed) {
      const { change } = member.at(member.applied)
      member.applied += 1
      if (change !== undefined) this.#listener.apply(member, change)
    }
  }

  #drop(): void {
    const applied = Math.min(...this.members.map((member) => member.applied))
    for (const member of this.members) {
      if (applied - member.base < dropFrom) continue
      member.entries = member.entries.slice(applied - member.base)
      member.base = applied
    }
  }
}
