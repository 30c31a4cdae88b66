import type { Timeline } from "../../time/Timeline.ts"
import type { RaftMember } from "../cluster/RaftMember.ts"
import { DuplicateWindow } from "./DuplicateWindow.ts"
import type { MessageToStore } from "./GuardedStream.ts"
import { OpenBatches } from "./OpenBatches.ts"
import { Proposals, type Staged } from "./Proposals.ts"
import type { StreamConfig } from "./StreamConfig.ts"
import { StreamLog } from "./StreamLog.ts"

/** What changes the copies of a stream. */
export type StreamChange =
  | {
    readonly _tag: "Messages"
    readonly messages: ReadonlyArray<MessageToStore>
    /** When the leader proposed them, in milliseconds since 1970. */
    readonly time: number
    /** Where the acknowledgement goes, empty when none is wanted. */
    readonly reply: string
    /** Of a batch. */
    readonly batch: string | undefined
    readonly staged: Staged
  }
  | {
    readonly _tag: "Purge"
    readonly filter: string
    readonly before: number
    readonly keep: number
    /** Is told by the leader how many are gone. */
    readonly onGone: (count: number) => void
  }
  | { readonly _tag: "Remove"; readonly seq: number; readonly onGone: (count: number) => void }

/** What one server has of a stream. */
export class StreamCopy {
  readonly member: RaftMember<StreamChange>
  readonly log: StreamLog
  readonly ids: DuplicateWindow
  /** What only a leader knows. */
  proposals = new Proposals()
  readonly batches: OpenBatches

  constructor(member: RaftMember<StreamChange>, config: StreamConfig, timeline: Timeline, batchesMax: () => number) {
    this.member = member
    this.log = new StreamLog(config)
    this.ids = new DuplicateWindow(config.duplicate_window / 1_000_000)
    this.batches = new OpenBatches(timeline, batchesMax)
  }

  /** Forgets what only a leader knows. */
  forgetProposals(): void {
    this.proposals = new Proposals()
    this.batches.clear()
  }

  /** Stores messages at the end. Gives the sequence of the last one. */
  store(messages: ReadonlyArray<MessageToStore>, time: number): number {
    for (const { headers, id, payload, subject } of messages) {
      const seq = this.log.lastSeq + 1
      this.log.append({ seq, subject, headers, payload, time })
      if (id !== "") this.ids.put(id, seq, time)
    }
    return this.log.lastSeq
  }

  /** Forgets messages up to `before`, all when it is 0, and keeps the last ones. Gives how many are gone. */
  purge(filter: string, before: number, keep: number): number {
    const { log } = this
    let gone = 0
    const end = before === 0 ? Number.POSITIVE_INFINITY : before
    const most = Math.max(0, log.pending(filter, 0) - keep)
    let next = log.next(filter === "" ? ">" : filter, log.firstSeq)
    while (gone < most && next !== undefined && next.seq < end) {
      log.remove(next.seq)
      gone += 1
      next = log.next(filter === "" ? ">" : filter, next.seq + 1)
    }
    return gone
  }

  /** Takes all that another server has. */
  takeOver({ ids, log }: StreamCopy): void {
    for (let seq = log.firstSeq; seq <= log.lastSeq; seq++) {
      const message = log.get(seq)
      if (message !== undefined) this.log.append(message)
    }
    this.log.skipTo(log.lastSeq)
    this.ids.takeOver(ids)
  }

  configure(config: StreamConfig): void {
    this.log.limit(config)
    this.ids.resize(config.duplicate_window / 1_000_000)
  }
}
