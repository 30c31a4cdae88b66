import type { Timeline } from "../../time/Timeline.ts"
import { statusHeaders } from "../message/BrokerHeaders.ts"
import { type BrokerMessage, empty } from "../message/BrokerMessage.ts"
import type { StreamCopy } from "../stream/StreamCopy.ts"
import type { StoredMessage } from "../stream/StreamLog.ts"
import { subjectMatches } from "../subjects/subjectMatches.ts"

/** The settings of a consumer that the broker looks at. */
export interface ConsumerConfig {
  readonly name: string
  readonly deliver_subject: string
  readonly deliver_policy: string
  readonly opt_start_seq?: number
  readonly filter_subject?: string
  readonly flow_control?: boolean
  /** Nanoseconds. */
  readonly idle_heartbeat?: number
  readonly inactive_threshold?: number
}

/** What a consumer needs of the broker. */
export interface ConsumerHost {
  readonly timeline: Timeline
  /** Sends a message to those who listen on a subject, under its own. Whether anybody listens. */
  readonly deliver: (to: string, message: BrokerMessage) => boolean
  readonly isHeard: (subject: string) => boolean
  readonly onGone: () => void
  /** A text that nobody has used before. */
  readonly unique: () => string
}

/** Bytes on the way to the client at first and at most, as the broker counts them with flow control. */
const windowMin = 2 * 1024 * 1024
const windowMax = 32 * 1024 * 1024

const nanosPerMilli = 1_000_000
const inactiveMillisDefault = 5_000

/** A push consumer without acknowledgements, in the memory of the server that it was made on, whose copy it reads. */
export class PushConsumer {
  readonly config: ConsumerConfig
  readonly stream: string
  #copy: StreamCopy
  readonly #host: ConsumerHost
  #next: number
  #delivered = 0
  #lastStream = 0
  #isGone = false
  #silentUntil = 0
  /** Of flow control: bytes that are on the way, how many may be, and the answer that is waited for. */
  #onTheWay = 0
  #window = windowMin
  #asked: { readonly reply: string; readonly bytes: number } | undefined
  #heartbeat: (() => void) | undefined
  #inactive: (() => void) | undefined

  constructor(stream: string, config: ConsumerConfig, copy: StreamCopy, host: ConsumerHost) {
    this.stream = stream
    this.config = config
    this.#copy = copy
    this.#host = host
    const { log } = copy
    this.#next = config.deliver_policy === "new"
      ? log.lastSeq + 1
      : config.deliver_policy === "by_start_sequence"
      ? Math.max(config.opt_start_seq ?? 1, log.firstSeq)
      : log.firstSeq
    this.#lastStream = this.#next - 1
    this.#beatLater()
  }

  get copy(): StreamCopy {
    return this.#copy
  }

  /** The sequence that comes next. */
  get next(): number {
    return this.#next
  }

  get isGone(): boolean {
    return this.#isGone
  }

  /** Delivers what there is, as far as the client takes it. */
  push(): void {
    if (this.#isGone || this.#isSilent || !this.#checkInterest()) return
    const { log } = this.copy
    const { filter_subject: filter = "" } = this.config
    if (this.#next < log.firstSeq) this.#next = log.firstSeq
    while (this.#next <= log.lastSeq && this.#mayDeliver()) {
      const message = log.get(this.#next)
      this.#next += 1
      if (message !== undefined && (filter === "" || subjectMatches(filter, message.subject))) this.#deliver(message)
    }
  }

  /** The client has taken what came before. */
  flowControl(reply: string): void {
    if (this.#asked?.reply !== reply) return
    this.#onTheWay = Math.max(0, this.#onTheWay - this.#asked.bytes)
    this.#window = Math.min(windowMax, this.#window * 2)
    this.#asked = undefined
    this.push()
  }

  /** Reads another copy from now on. */
  moveTo(copy: StreamCopy): void {
    this.#copy = copy
  }

  /** Passes over so many messages without a word, as a faulty one does. */
  skip(messages: number): void {
    this.#next += messages
  }

  /** Says nothing for so many milliseconds. */
  silence(millis: number): void {
    this.#silentUntil = this.#host.timeline.now() + millis
    this.#host.timeline.after(millis, () => this.push())
  }

  get #isSilent(): boolean {
    return this.#host.timeline.now() < this.#silentUntil
  }

  /** Delivers so many messages once more, under new numbers. */
  repeat(messages: number): void {
    this.#next = Math.max(this.copy.log.firstSeq, this.#next - messages)
    this.push()
  }

  end(): void {
    if (this.#isGone) return
    this.#isGone = true
    this.#heartbeat?.()
    this.#inactive?.()
    this.#host.onGone()
  }

  #mayDeliver(): boolean {
    return this.config.flow_control !== true || this.#onTheWay <= this.#window
  }

  #deliver({ headers, payload, seq, subject, time }: StoredMessage): void {
    this.#delivered += 1
    this.#lastStream = seq
    const whole = Math.floor(time)
    const nanos = String(Math.round((time - whole) * nanosPerMilli) % nanosPerMilli).padStart(6, "0")
    const pending = this.copy.log.pending(this.config.filter_subject ?? "", seq + 1)
    const reply = `$JS.ACK.${this.stream}.${this.config.name}.1.${seq}.${this.#delivered}.${whole}${nanos}.${pending}`
    this.#host.deliver(this.config.deliver_subject, { subject, reply, headers, payload })
    this.#beatLater()
    if (this.config.flow_control !== true) return
    this.#onTheWay += subject.length + reply.length + (headers?.length ?? 0) + payload.length
    if (this.#asked === undefined && this.#onTheWay > this.#window / 2) this.#askFlowControl()
  }

  #askFlowControl(): void {
    const reply = `$JS.FC.${this.stream}.${this.config.name}.${this.#host.unique()}`
    this.#asked = { reply, bytes: this.#onTheWay }
    const subject = this.config.deliver_subject
    this.#host.deliver(subject, { subject, reply, headers: statusHeaders("100 FlowControl Request"), payload: empty })
  }

  #beatLater(): void {
    const { idle_heartbeat: nanos = 0 } = this.config
    if (nanos === 0 || this.#isGone) return
    this.#heartbeat?.()
    this.#heartbeat = this.#host.timeline.after(nanos / nanosPerMilli, () => {
      const subject = this.config.deliver_subject
      const stalled = this.#asked === undefined || this.#mayDeliver()
        ? ""
        : `Nats-Consumer-Stalled: ${this.#asked.reply}\r\n`
      const lines = `Nats-Last-Consumer: ${this.#delivered}\r\nNats-Last-Stream: ${this.#lastStream}\r\n${stalled}`
      if (!this.#isSilent && this.#checkInterest()) {
        this.#host.deliver(subject, {
          subject,
          reply: "",
          headers: statusHeaders("100 Idle Heartbeat", lines),
          payload: empty
        })
      }
      this.#heartbeat = undefined
      this.#beatLater()
    })
  }

  /** A consumer that nobody listens to goes away after a while. */
  #checkInterest(): boolean {
    const isHeard = this.#host.isHeard(this.config.deliver_subject)
    if (isHeard) {
      this.#inactive?.()
      this.#inactive = undefined
    } else {this.#inactive ??= this.#host.timeline.after(
        (this.config.inactive_threshold ?? inactiveMillisDefault * nanosPerMilli) / nanosPerMilli,
        () => this.end()
      )}
    return isHeard
  }
}
