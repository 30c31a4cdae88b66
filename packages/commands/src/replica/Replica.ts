import {
  type EventStore,
  makeCommandHandler,
  makeLoadRoom,
  makeSnapshotSweeper,
  type SnapshotStore,
  type StoreMissing
} from "@cim-domain/event-sourcing"
import { type Context, Effect, type Scope } from "effect"
import { SecureRandom } from "effect/crypto"
import type { AnyAggregate } from "../Aggregate.ts"
import type { Policy } from "../DecideContext.ts"
import { internal, overloaded, type ServiceError } from "../errors/serviceErrors.ts"
import type { EncodedReply } from "../protocol/CommandReply.ts"
import type { CommandMessage } from "../protocol/CommandRequest.ts"
import { makeAnswerLog } from "./AnswerLog.ts"
import { makeTake, type Take } from "./makeTake.ts"
import { makeUnsettledLog } from "./UnsettledLog.ts"

/** Decisions for one command, conflicts with other replicas included, before it is answered CONCURRENCY_EXHAUSTED. */
export const maxDecisions = 8

/** What a replica is told. */
export interface ReplicaOptions<Limits> {
  /** Whether subjects with an id or a command alone are accepted. */
  readonly acceptLegacySubjects: boolean
  /** Bytes of states that are kept in memory; an aggregate that alone takes more is not loaded. */
  readonly cacheBytes: number
  /** Aggregates whose state is kept in memory. */
  readonly cacheCapacity: number
  /** Milliseconds after which a command that cannot be settled is answered `StoreUnavailable`. */
  readonly commandTimeoutMillis: number
  /** Commands that are worked on at a time, for the answer to those beyond. */
  readonly maxInFlight: number
  /** Events of one aggregate between two snapshots. */
  readonly snapshotEvery: number
  /** Bounds of the domain; those of its definition where there are no others. */
  readonly limits?: Limits | undefined
  /** Who may do what. Default: everybody everything. */
  readonly policy?: Policy | undefined
}

/** What a replica goes by when nobody says otherwise. */
export const replicaDefaults: ReplicaOptions<never> = {
  acceptLegacySubjects: true,
  cacheBytes: 64_000_000,
  cacheCapacity: 10_000,
  commandTimeoutMillis: 4_000,
  maxInFlight: 256,
  snapshotEvery: 100
}

/** Answers command messages; see {@link makeReplica}. */
export interface Replica {
  /**
   * Exactly one answer for each message, whatever it is, unless it is given up by what this gives; told by a callback, perhaps
   * at once. Dies of a mistake in the domain.
   */
  readonly take: Take
  /** As `take`. */
  readonly answer: (message: CommandMessage) => Effect.Effect<EncodedReply>
  /** The answer to a message that there is no room for. */
  readonly refuse: (message: CommandMessage) => EncodedReply
  /** The answer when the answer itself cannot be made or sent. */
  readonly fail: (message: CommandMessage) => EncodedReply
  /** Messages answered so far, refusals not counted. */
  readonly answered: Effect.Effect<number>
  /** Saves snapshots before the event stream forgets what is in them, for ever. */
  readonly sweepSnapshots: Effect.Effect<never>
  /** Fails when a command finds that the event stream is gone. */
  readonly streamGone: Effect.Effect<never, StoreMissing>
}

/**
 * The path of one command: decode, load, decide, append, answer.
 *
 * Needs the two stores and nothing else, so it runs in memory as it does on a broker.
 *
 * ```ts
 * const replica = yield* makeReplica(Shelf, replicaDefaults)
 * const { body } = yield* replica.answer({ subject, body, header: () => undefined })
 * ```
 */
export const makeReplica = Effect.fnUntraced(function*(
  aggregate: AnyAggregate,
  options: ReplicaOptions<any>
): Effect.fn.Return<Replica, never, EventStore | SnapshotStore | Scope.Scope> {
  const { catalog, decider, events, reader, replies, sizeOf, states } = aggregate
  const domain = {
    decider,
    events,
    states,
    ...sizeOf !== undefined && { cacheSize: { max: options.cacheBytes, sizeOf } },
    room: yield* makeLoadRoom
  }
  const sweeper = yield* makeSnapshotSweeper(domain)
  const handler = yield* makeCommandHandler({
    ...domain,
    cacheCapacity: options.cacheCapacity,
    snapshotEvery: options.snapshotEvery,
    maxDecisions,
    timeout: options.commandTimeoutMillis
  })
  const answers = yield* makeAnswerLog(catalog)
  const unsettled = yield* makeUnsettledLog(catalog)
  const take = makeTake(aggregate, { ...options, newId: SecureRandom.uuidV7Unsafe }, { handler, answers, unsettled })

  /** A refusal names the command as far as that is cheap to find out, so that a requester can match it. */
  const refusal = (error: ServiceError) => {
    const refuse = replies.makeRefusal(error)
    return (message: CommandMessage) => refuse(reader.identifyCommandMessage(message, options))
  }

  return {
    answer: answerWith(take),
    take,
    refuse: refusal(overloaded(options.maxInFlight)),
    fail: refusal(internal()),
    answered: Effect.sync(answers.count),
    sweepSnapshots: sweeper.run,
    streamGone: unsettled.streamGone
  }
})

const answerWith = (take: Take): Replica["answer"] => (message) =>
  Effect.contextWith((services: Context.Context<never>) =>
    Effect.callback((resume) => {
      const giveUp = take(message, services, resume)
      return giveUp === undefined ? undefined : Effect.sync(giveUp)
    })
  )
