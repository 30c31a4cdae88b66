import type { Snapshot } from "@cim-domain/event-sourcing/SnapshotStore"

/** One sending of a command and what came of it. Times are milliseconds of one clock that only goes forward. */
export interface Attempt {
  readonly sentAt: number
  readonly endedAt: number
  /** The reply as it came, `null` when none came. */
  readonly reply: string | null
  /** Why none came. */
  readonly failure: string | null
}

/** A command as a writer sent it, every time with the same bytes, and all that the writer was told. */
export interface SentCommand {
  /** From 0; -1 for the command that shows that the service works again. */
  readonly writer: number
  readonly subject: string
  readonly body: string
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
}
