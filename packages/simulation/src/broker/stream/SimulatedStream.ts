import type { Timeline } from "../../time/Timeline.ts"
import { type ApiError, apiErrors } from "../api/apiErrors.ts"
import type { BrokerNode, Network } from "../cluster/Network.ts"
import { RaftGroup } from "../cluster/RaftGroup.ts"
import type { RaftMember } from "../cluster/RaftMember.ts"
import { BrokerHeaders } from "../message/BrokerHeaders.ts"
import type { BrokerMessage } from "../message/BrokerMessage.ts"
import { encode } from "../message/encode.ts"
import { subjectMatches } from "../subjects/subjectMatches.ts"
import {
  type GuardedStream,
  type MessageToStore,
  type Refusal,
  refusalOfFull,
  refusalOfSingle
} from "./GuardedStream.ts"
import { makeStaged, type Staged } from "./Proposals.ts"
import type { StreamConfig } from "./StreamConfig.ts"
import { type StreamChange, StreamCopy } from "./StreamCopy.ts"
import type { StoredMessage } from "./StreamLog.ts"

/** What a stream needs of the broker. */
export interface StreamHost {
  readonly timeline: Timeline
  readonly network: Network
  /** Milliseconds since 1970, with fractions. */
  readonly time: () => number
  /** Sends an acknowledgement from a server to whoever waits for it. */
  readonly acknowledge: (from: BrokerNode, message: BrokerMessage) => void
  /** Batches that may be open at once. */
  readonly batchesMax: () => number
  /** A copy of the stream has got more. */
  readonly onStored: (copy: StreamCopy) => void
}

const ok = encode("")

/** A stream: a group of servers that keep one log, of which one leads. */
export class SimulatedStream {
  config: StreamConfig
  readonly created: string
  readonly copies: ReadonlyArray<StreamCopy>
  readonly group: RaftGroup<StreamChange>
  readonly #host: StreamHost
  readonly #copyOf = new Map<RaftMember<StreamChange>, StreamCopy>()
  readonly #ackStart: string
  readonly #onServed: Array<() => void> = []
  readonly #refusals: Array<ApiError> = []
  #stalledUntil = 0
  #assertedUpTo = 0
  /** The last sequence that was stored under each guard. */
  readonly #lastUnder = new Map<string, number>()

  constructor(config: StreamConfig, created: string, nodes: ReadonlyArray<BrokerNode>, host: StreamHost) {
    this.config = config
    this.created = created
    this.#host = host
    this.#ackStart = `{"stream":${JSON.stringify(config.name)}, "seq":`
    this.group = new RaftGroup(nodes, host.network, () => host.timeline.now(), {
      apply: (member, change) => this.#apply(member, change),
      serves: () => {
        for (const run of this.#onServed.splice(0)) run()
      },
      follows: (member) => this.#copyOf.get(member)?.forgetProposals()
    })
    this.copies = this.group.members.map((member) => {
      const copy = new StreamCopy(member, config, host.timeline, host.batchesMax)
      this.#copyOf.set(member, copy)
      return copy
    })
  }

  get name(): string {
    return this.config.name
  }

  get isReplicated(): boolean {
    return this.copies.length > 1
  }

  /** Whether something is on its way that is not stored. */
  get hasProposals(): boolean {
    const { leader } = this.group
    return leader === undefined || leader.applied < leader.length
  }

  copyOn(node: BrokerNode): StreamCopy | undefined {
    return this.copies.find(({ member }) => member.node === node)
  }

  /** The copies that take themselves for the leader's and serve: several, while one of them is cut off and does not know it. */
  get leaders(): ReadonlyArray<StreamCopy> {
    const [first] = this.copies
    if (this.copies.length === 1) return first!.member.isServing && first!.member.node.isUp ? this.copies : []
    return this.copies.filter(({ member: { isServing, node } }) => isServing && node.isUp)
  }

  /** The same stream on so many of these servers, the leader's among them; nobody leads it yet. */
  resized(replicas: number, nodes: ReadonlyArray<BrokerNode>): SimulatedStream {
    const leader = this.leaders[0] ?? this.copies[0]!
    const { node } = leader.member
    const chosen = [node, ...nodes.filter((other) => other !== node)].slice(0, replicas)
    const stream = new SimulatedStream(this.config, this.created, chosen, this.#host)
    for (const copy of stream.copies) copy.takeOver(leader)
    return stream
  }

  /** Runs something as soon as the stream has a leader that serves. */
  whenServed(run: () => void): void {
    if (this.leaders.length > 0) run()
    else this.#onServed.push(run)
  }

  /** Makes a copy the leader's. */
  lead(copy: StreamCopy): void {
    copy.forgetProposals()
    this.group.lead(copy.member)
  }

  /** Other settings from now on, on all servers at once: they come by another log than the messages do. */
  configure(config: StreamConfig): void {
    this.config = config
    for (const copy of this.copies) copy.configure(config)
  }

  /** A leader takes what somebody publishes, perhaps after what came before it. */
  take(copy: StreamCopy, message: BrokerMessage): void {
    const wait = this.#stalledUntil - this.#host.timeline.now()
    if (wait <= 0) return this.#publish(copy, message)
    this.#host.timeline.after(wait, () => {
      if (copy.member.isServing) this.#publish(copy, message)
    })
  }

  /** Leaves what is published in the queue of the leader for so many milliseconds. */
  stall(millis: number): void {
    this.#stalledUntil = Math.max(this.#stalledUntil, this.#host.timeline.now() + millis)
  }

  /** Refuses the next so many publishes with an error, and batches when they are complete. */
  refuseNext(count: number, error: ApiError): void {
    for (let index = 0; index < count; index++) this.#refusals.push(error)
  }

  /** Stores a message once more, without a guard, as an operator does with a backup. */
  restore(
    copy: StreamCopy,
    { headers, payload, subject }: Pick<StoredMessage, "headers" | "payload" | "subject">
  ): void {
    const message: MessageToStore = { subject, headers, payload, id: "" }
    this.#propose(copy, { messages: [message], reply: "", batch: undefined, staged: makeStaged() })
  }

  #publish(copy: StreamCopy, { headers: bytes, payload, reply, subject }: BrokerMessage): void {
    copy.log.expire(this.#host.time())
    const headers = bytes === undefined ? undefined : new BrokerHeaders(bytes)
    const message: MessageToStore = { subject, headers: bytes, payload, id: headers?.get("Nats-Msg-Id") ?? "" }
    const batch = headers?.get("Nats-Batch-Id")
    if (headers !== undefined && batch !== undefined && batch !== "") {
      return this.#publishOfBatch(copy, batch, headers, message, reply)
    }
    const staged = makeStaged()
    const planned = this.#refusals.shift()
    const refusal = planned === undefined ? this.#refusal(copy, staged, message, headers) : { error: planned }
    if (refusal !== undefined) return this.#refuse(copy, reply, refusal)
    this.#propose(copy, { messages: [message], reply, batch: undefined, staged })
  }

  #refusal(
    copy: StreamCopy,
    staged: Staged,
    message: MessageToStore,
    headers: BrokerHeaders | undefined
  ): Refusal | undefined {
    const guarded = this.#guarded(copy)
    if (this.isReplicated) {
      return this.#generalRefusal(message) ?? copy.proposals.refusal(guarded, staged, message, false)
    }
    const refusal = refusalOfSingle(guarded, message, headers) ?? this.#generalRefusal(message)
    if (refusal !== undefined) return refusal
    const full = refusalOfFull(guarded, message, { count: 0, bytes: 0, ofSubject: 0 })
    return full === undefined ? undefined : { error: full }
  }

  #generalRefusal({ headers, payload }: MessageToStore): { readonly error: ApiError } | undefined {
    const { max_msg_size: size, sealed } = this.config
    if (sealed) return { error: apiErrors.sealed }
    return size >= 0 && (headers?.length ?? 0) + payload.length > size
      ? { error: apiErrors.messageTooLarge }
      : undefined
  }

  #publishOfBatch(copy: StreamCopy, id: string, headers: BrokerHeaders, message: MessageToStore, reply: string): void {
    const general = this.#generalRefusal(message)
    if (general !== undefined) return this.#refuse(copy, reply, general)
    if (this.config.allow_atomic !== true) return this.#refuse(copy, reply, { error: apiErrors.batchesOff })
    const staging = copy.batches.take(id, headers, message)
    if (staging._tag === "Refused") return this.#refuse(copy, reply, staging)
    // An empty answer says that it is kept.
    if (staging._tag === "Kept") return this.#answer(copy, reply, ok)
    const planned = this.#refusals.shift()
    if (planned !== undefined) return this.#refuse(copy, reply, { error: planned })
    const guarded = this.#guarded(copy)
    const staged = makeStaged()
    for (const each of staging.messages) {
      const own = each.headers === undefined ? undefined : new BrokerHeaders(each.headers)
      const unsupported = own?.get("Nats-Expected-Last-Msg-Id")
      const refusal = unsupported === undefined || unsupported === ""
        ? copy.proposals.refusal(guarded, staged, each, true)
        : { error: apiErrors.batchHeader("Nats-Expected-Last-Msg-Id") }
      if (refusal !== undefined) return this.#refuse(copy, reply, refusal)
    }
    this.#propose(copy, { messages: staging.messages, reply, batch: id, staged })
  }

  #guarded(copy: StreamCopy): GuardedStream {
    return { config: this.config, log: copy.log, seqOfId: (id) => copy.ids.get(id, this.#host.time()) }
  }

  #propose(copy: StreamCopy, proposal: Omit<StreamChange & { readonly _tag: "Messages" }, "_tag" | "time">): void {
    copy.proposals.begin(proposal.staged)
    this.group.propose(copy.member, { _tag: "Messages", time: this.#host.time(), ...proposal })
  }

  #refuse(copy: StreamCopy, reply: string, refusal: Refusal): void {
    if (reply === "" || this.config.no_ack === true) return
    this.#answer(
      copy,
      reply,
      encode(
        "duplicateOf" in refusal
          ? `${this.#ackStart}${refusal.duplicateOf},"duplicate": true}`
          : JSON.stringify({ error: refusal.error, stream: this.name, seq: 0 })
      )
    )
  }

  #answer(copy: StreamCopy, reply: string, payload: Uint8Array): void {
    if (reply === "" || this.config.no_ack === true) return
    this.#host.acknowledge(copy.member.node, { subject: reply, reply: "", headers: undefined, payload })
  }

  /** Nothing may have been stored under a guard since it was looked at: throws if so. Looks when the first copy has it. */
  #assertGuards({ expected }: Staged, messages: ReadonlyArray<MessageToStore>, last: number): void {
    if (last <= this.#assertedUpTo) return
    this.#assertedUpTo = last
    for (const [filter, seq] of expected) {
      const stored = this.#lastUnder.get(filter) ?? 0
      if (stored > seq) throw new Error(`${filter} was to end at ${seq} and ends at ${stored}`)
      const index = messages.findLastIndex(({ subject }) => subjectMatches(filter, subject))
      if (index >= 0) this.#lastUnder.set(filter, last - messages.length + 1 + index)
    }
  }

  #apply(member: RaftMember<StreamChange>, change: StreamChange): void {
    const copy = this.#copyOf.get(member)!
    switch (change._tag) {
      case "Messages": {
        const { batch, messages, reply, staged, time } = change
        const seq = copy.store(messages, time)
        this.#assertGuards(staged, messages, seq)
        if (member.isLeader) {
          copy.proposals.end(staged)
          const end = batch === undefined ? "}" : `,"batch":${JSON.stringify(batch)},"count":${messages.length}}`
          if (reply !== "") this.#answer(copy, reply, encode(`${this.#ackStart}${seq}${end}`))
        }
        return this.#host.onStored(copy)
      }
      case "Purge": {
        const gone = copy.purge(change.filter, change.before, change.keep)
        return member.isLeader ? change.onGone(gone) : undefined
      }
      case "Remove": {
        const isGone = copy.log.remove(change.seq)
        return member.isLeader ? change.onGone(isGone ? 1 : 0) : undefined
      }
    }
  }
}
