import type { Snapshot } from "@cim-domain/event-sourcing/SnapshotStore"

/** A message that came to the inbox of a request. */
export interface Answer {
  /** When it came, in milliseconds on the clock of the attempts. */
  readonly at: number
  readonly body: string
  /** Its headers, each with its first value. */
  readonly headers: Readonly<Record<string, string>>
}

/** One sending of a command and what came of it. Times are milliseconds of one clock that only goes forward. */
export interface Attempt {
  readonly sentAt: number
  /** When the requester went on: with the first answer, or because it waited no longer. */
  readonly endedAt: number
  /**
   * Everything that came to the inbox of this request, in order, also after `endedAt`: an inbox is of one request, and is
   * listened to until the history ends. A status of the broker, such as that there are no responders, is no answer but a `failure`.
   */
  readonly answers: ReadonlyArray<Answer>
  /**
   * Why the requester went on without an answer; `null` when it had one. `NoResponders` and `Disconnected` say that no replica
   * was given the request; of whatever else, such as `Unanswered`, it is not known.
   */
  readonly failure: string | null
}

/** A command as a writer sent it, every time with the same bytes, and all that the writer was told. */
export interface SentCommand {
  /** From 0; -1 for the command that shows that the service works again. */
  readonly writer: number
  readonly subject: string
  /** Headers of the request. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** The id that the writer meant it to have. What a replica reads is for the checker to find out. */
  readonly commandId: string
  readonly organizationId: string
  readonly attempts: ReadonlyArray<Attempt>
  /** Whether an answer came that sending it again would not change. */
  readonly settled: boolean
}

/** A message of the event stream as its leader holds it. */
export interface StoredMessage {
  readonly sequence: number
  readonly subject: string
  readonly headers: Readonly<Record<string, string>>
  readonly data: string
  readonly time: string
}

/** A time without a majority of the brokers, on the clock of the attempts: both ends lie within it. */
export interface Outage {
  readonly from: number
  readonly to: number
}

/** How the clock of the attempts and those of the replicas, which dates and events come from, belong together. */
export interface Clocks {
  /** Milliseconds since 1970 at 0 of the clock of the attempts. */
  readonly origin: number
  /** Milliseconds by which the clock of a replica may be before or behind that. */
  readonly skew: number
}

/** Everything that is known at the end of an attack; the checker looks at nothing else. */
export interface History {
  readonly commands: ReadonlyArray<SentCommand>
  /** The complete stream, in order; `null` when it could not be read, so that nothing can be said about it. */
  readonly stream: ReadonlyArray<StoredMessage> | null
  readonly snapshots: ReadonlyArray<Snapshot>
  /** Replicas that ended though nobody told them to, in words. */
  readonly deaths: ReadonlyArray<string>
  /** What did not come back after everything had been healed, in words. */
  readonly unrecovered: ReadonlyArray<string>
  readonly outages: ReadonlyArray<Outage>
  readonly clocks: Clocks
  /**
   * When something was broken, from before it was until after its last consequence, on the clock of the attempts. Outside of these
   * times every request gets its answer, nothing is answered `STORE_UNAVAILABLE`, and one append is told as `applied` once.
   * `null` when that is not known: then a failure explains any silence.
   */
  readonly disturbances: ReadonlyArray<Outage> | null
}
