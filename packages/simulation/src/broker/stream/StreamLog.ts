import { hasWildcard, subjectMatches } from "../subjects/subjectMatches.ts"
import { indexFrom, type SubjectLeaf, SubjectTree } from "../subjects/SubjectTree.ts"
import type { StreamConfig } from "./StreamConfig.ts"

/** A message as a stream keeps it. */
export interface StoredMessage {
  readonly seq: number
  readonly subject: string
  readonly headers: Uint8Array | undefined
  readonly payload: Uint8Array
  /** Milliseconds since 1970, with fractions. */
  readonly time: number
}

type Limits = Pick<StreamConfig, "max_age" | "max_bytes" | "max_msgs" | "max_msgs_per_subject" | "storage">

const nanosPerMilli = 1_000_000

/** Bytes that a message takes, as the broker counts them. */
export const storedBytes = (
  storage: string,
  { headers, payload, subject }: Omit<StoredMessage, "seq" | "time">
): number => {
  const own = subject.length + (headers?.length ?? 0) + payload.length
  return storage === "memory" ? own + 16 : own + 30 + (headers === undefined ? 0 : 4)
}

/**
 * The messages of a stream as one server has them: in the order of their sequences, with holes where some were removed, and found
 * by subject.
 */
export class StreamLog {
  /** The message with sequence `#base + index`. */
  #messages: Array<StoredMessage | undefined> = []
  #base = 1
  #limits: Limits
  readonly #tree = new SubjectTree()
  /** Where only the last message of a subject is kept: the one before it. */
  readonly former = new Map<string, StoredMessage>()
  firstSeq = 1
  lastSeq = 0
  lastTime = 0
  count = 0
  bytes = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** Puts a message at the end, and forgets what the limits forget then. */
  append(message: StoredMessage): void {
    if (this.count === 0) this.#restartAt(message.seq)
    while (this.#base + this.#messages.length < message.seq) this.#messages.push(undefined)
    this.#messages.push(message)
    this.lastSeq = message.seq
    this.lastTime = message.time
    this.count += 1
    this.bytes += storedBytes(this.#limits.storage, message)
    const leaf = this.#tree.add(message.subject, message.seq)
    const { max_msgs_per_subject: perSubject } = this.#limits
    if (perSubject > 0) this.#trim(leaf, perSubject)
    this.#enforce()
  }

  /** Other limits from now on. */
  limit(limits: Limits): void {
    this.#limits = limits
    if (limits.max_msgs_per_subject > 0) {
      this.#tree.forEach(">", (leaf) => this.#trim(leaf, limits.max_msgs_per_subject))
    }
    this.#enforce()
  }

  /** Forgets what is too old by now. */
  expire(now: number): void {
    const { max_age: age } = this.#limits
    if (age <= 0) return
    const before = now - age / nanosPerMilli
    for (
      let first = this.get(this.firstSeq);
      first !== undefined && first.time <= before;
      first = this.get(this.firstSeq)
    ) {
      this.remove(first.seq)
    }
  }

  get(seq: number): StoredMessage | undefined {
    return this.#messages[seq - this.#base]
  }

  /** The last sequence of a filter, 0 when it matches nothing. */
  lastSeqOf(filter: string): number {
    return this.#tree.last(filter)
  }

  lastOf(filter: string): StoredMessage | undefined {
    return this.get(this.#tree.last(filter))
  }

  /** How many messages have this very subject. */
  countOf(subject: string): number {
    const leaf = this.#tree.leaf(subject)
    return leaf === undefined ? 0 : leaf.sequences.length - leaf.from
  }

  /** The first message from a sequence on that a filter matches. */
  next(filter: string, seq: number): StoredMessage | undefined {
    if (!hasWildcard(filter)) {
      const leaf = this.#tree.leaf(filter)
      const found = leaf?.sequences[indexFrom(leaf, seq)]
      return found === undefined ? undefined : this.get(found)
    }
    const last = this.#tree.last(filter)
    for (let at = Math.max(seq, this.firstSeq); at <= last; at++) {
      const message = this.get(at)
      if (message !== undefined && subjectMatches(filter, message.subject)) return message
    }
    return undefined
  }

  /** How many messages from a sequence on a filter matches, all of them when it is empty. */
  pending(filter: string, seq: number): number {
    if (seq <= this.firstSeq) return filter === "" ? this.count : this.#tree.count(filter)
    const leaf = this.#tree.leaf(filter)
    if (leaf !== undefined) return leaf.sequences.length - indexFrom(leaf, seq)
    const matching = filter === "" ? this.count : this.#tree.count(filter)
    if (matching === this.lastSeq - this.firstSeq + 1) return Math.max(0, this.lastSeq - seq + 1)
    let count = 0
    for (let at = seq; at <= this.lastSeq; at++) {
      const message = this.get(at)
      if (message !== undefined && (filter === "" || subjectMatches(filter, message.subject))) count += 1
    }
    return count
  }

  /** The subjects with messages that a filter matches, and how many each has. */
  subjects(filter: string): Map<string, number> {
    const found = new Map<string, number>()
    this.#tree.forEach(filter, ({ from, sequences, subject }) => found.set(subject, sequences.length - from))
    return found
  }

  /** The last message of each subject that one of the filters matches, not after a sequence, oldest first. */
  lastOfEach(filters: ReadonlyArray<string>, upTo: number): ReadonlyArray<StoredMessage> {
    const found = new Map<number, StoredMessage>()
    for (const filter of filters) {
      this.#tree.forEach(filter, (leaf) => {
        const seq = leaf.sequences[indexFrom(leaf, upTo + 1) - 1]
        const message = seq === undefined ? undefined : this.get(seq)
        if (message !== undefined) found.set(message.seq, message)
      })
    }
    return [...found.values()].toSorted((one, other) => one.seq - other.seq)
  }

  /** The next message comes after this sequence: those up to it are gone. */
  skipTo(seq: number): void {
    this.lastSeq = Math.max(this.lastSeq, seq)
    if (this.count === 0) this.firstSeq = this.lastSeq + 1
  }

  /** Puts another body in the place of one, as a disk does. */
  corrupt(seq: number, payload: Uint8Array): void {
    const message = this.get(seq)
    if (message !== undefined) this.#messages[seq - this.#base] = { ...message, payload }
  }

  /** Takes a message out. Whether it was there. */
  remove(seq: number): boolean {
    const message = this.get(seq)
    if (message === undefined) return false
    this.#messages[seq - this.#base] = undefined
    this.count -= 1
    this.bytes -= storedBytes(this.#limits.storage, message)
    this.#tree.remove(message.subject, seq)
    if (seq === this.firstSeq) this.#findFirst()
    return true
  }

  #trim({ from, sequences, subject }: SubjectLeaf, keep: number): void {
    const gone = sequences.slice(from, Math.max(from, sequences.length - keep))
    for (const seq of gone) {
      if (keep === 1) this.former.set(subject, this.get(seq)!)
      this.remove(seq)
    }
  }

  #enforce(): void {
    while (this.count > 0 && this.#isOver) this.remove(this.firstSeq)
  }

  get #isOver(): boolean {
    const { max_bytes: bytes, max_msgs: count } = this.#limits
    return (count > 0 && this.count > count) || (bytes > 0 && this.bytes > bytes)
  }

  #findFirst(): void {
    if (this.count === 0) {
      this.firstSeq = this.lastSeq + 1
      return
    }
    while (this.get(this.firstSeq) === undefined) this.firstSeq += 1
    const gone = this.firstSeq - this.#base
    if (gone < 1_024 || gone * 2 < this.#messages.length) return
    this.#messages = this.#messages.slice(gone)
    this.#base = this.firstSeq
  }

  #restartAt(seq: number): void {
    this.#messages = []
    this.#base = seq
    this.firstSeq = seq
  }
}
