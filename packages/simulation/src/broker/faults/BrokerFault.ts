/** Errors with which a broker refuses a publish that it could have taken: it stores nothing, and says so. */
export type PassingRefusal = 10_008 | 10_077 | 10_164 | 10_167 | 10_176 | 10_210

/** What a message is, as far as faults tell messages apart. */
export type MessageKind =
  | "Publish"
  | "Acknowledgement"
  | "Api"
  | "ApiAnswer"
  | "DirectGet"
  | "DirectAnswer"
  | "Command"
  | "Answer"

/** Limits that an operator sets while the stream is used. */
export interface ChangedLimits {
  readonly max_msgs?: number
  readonly max_bytes?: number
  /** Nanoseconds. */
  readonly max_age?: number
  readonly max_msgs_per_subject?: number
  readonly discard?: "old" | "new"
  readonly duplicate_window?: number
  readonly sealed?: boolean
  readonly allow_atomic?: boolean
  readonly allow_direct?: boolean
}

/**
 * Something that goes wrong, once, when it is given to the broker. Servers are named by their index; a `node` of -1 is the one that
 * leads the stream, or the first one. `count` is how many messages from then on it happens to.
 *
 * Nothing of it makes the broker break a promise: what a majority has acknowledged stays, guards hold where it is stored, and a
 * batch is stored whole. `StreamDeleted`, `LimitsSet` and `MessageCorrupted` are what operators and disks do.
 */
export type BrokerFault =
  /** Messages of a kind do not arrive. */
  | { readonly _tag: "MessagesLost"; readonly kind: MessageKind; readonly count: number }
  /** Messages of a kind arrive later. */
  | { readonly _tag: "MessagesLate"; readonly kind: MessageKind; readonly count: number; readonly millis: number }
  /** Messages of a kind arrive twice, the second time so many milliseconds later. */
  | { readonly _tag: "MessagesDoubled"; readonly kind: MessageKind; readonly count: number; readonly millis: number }
  /** Commands are given to two members of a queue group. */
  | { readonly _tag: "CommandsShared"; readonly count: number }
  /** Publishes to a stream are refused with this error, batches at their end. */
  | {
    readonly _tag: "PublishesRefused"
    readonly stream: string
    readonly count: number
    readonly code: PassingRefusal
  }
  /** The leader takes in what is published, and looks at it only so many milliseconds later: perhaps when nobody waits any more. */
  | { readonly _tag: "PublishesStalled"; readonly stream: string; readonly millis: number }
  /** One server's copy does not get on: direct gets and consumers there read what was. */
  | { readonly _tag: "CopyLags"; readonly stream: string; readonly node: number; readonly millis: number }
  /** The leader gives up, and for so long there is none: nobody takes what is published. */
  | { readonly _tag: "LeaderElected"; readonly stream: string; readonly millis: number }
  /** A server ends, with its connections and consumers, and comes back with what it had stored. */
  | { readonly _tag: "NodeKilled"; readonly node: number; readonly stream: string; readonly millis: number }
  /**
   * A server is cut off from the others, not from its clients. A leader goes on answering from what it has, and stores nothing for
   * good; the others elect another one. Clients of the others notice `noticedAfter` milliseconds later; until then what they send
   * there is lost.
   */
  | {
    readonly _tag: "NodeIsolated"
    readonly node: number
    readonly stream: string
    readonly millis: number
    readonly noticedAfter: number
  }
  /** Everything that goes to and from a server takes so many times as long. */
  | {
    readonly _tag: "NodeSlow"
    readonly node: number
    readonly stream: string
    readonly millis: number
    readonly factor: number
  }
  /** All connections of a client are cut: what is under way is lost, or what was sent first still arrives. Empty: of all clients. */
  | { readonly _tag: "ConnectionsCut"; readonly client: string }
  /** Nothing comes through to or from a client for so long; then all of it does, in order. */
  | { readonly _tag: "ConnectionsHeld"; readonly client: string; readonly millis: number }
  /** The broker no longer knows which messages it has stored lately. */
  | { readonly _tag: "DuplicatesForgotten"; readonly stream: string }
  | { readonly _tag: "ConsumersSkip"; readonly stream: string; readonly count: number }
  | { readonly _tag: "ConsumersRepeat"; readonly stream: string; readonly count: number }
  /** Consumers deliver nothing, heartbeats included, and go on afterwards. */
  | { readonly _tag: "ConsumersSilent"; readonly stream: string; readonly millis: number }
  | { readonly _tag: "ConsumersEnd"; readonly stream: string }
  /** A bit of a stored message is another one, on all servers; `chance` from 0 up to 1 chooses message and bit. */
  | { readonly _tag: "MessageCorrupted"; readonly stream: string; readonly chance: number }
  /** The last message of a subject is replaced by the one before it, where only the last one is kept. */
  | { readonly _tag: "MessageReverted"; readonly stream: string; readonly chance: number }
  | { readonly _tag: "LimitsSet"; readonly stream: string; readonly limits: ChangedLimits }
  | { readonly _tag: "StreamDeleted"; readonly stream: string }
