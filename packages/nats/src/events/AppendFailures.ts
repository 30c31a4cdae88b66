import type { Submit } from "@cim-domain/event-sourcing/Append"
import { AppendUnconfirmed, StoreError } from "@cim-domain/event-sourcing/StoreError"
import type { TroubleLog } from "@cim-domain/event-sourcing/TroubleLog"
import { type Context, Effect } from "effect"
import type { NatsConnection } from "../connection/NatsConnection.ts"
import { MessageTooLarge, NatsError, type StoreOperation, toStoreError } from "../connection/NatsError.ts"
import type { EventStream } from "../stream/EventStream.ts"
import * as StreamApi from "../stream/StreamApi.ts"
import { appendTrouble } from "./appendTrouble.ts"
import { explainSilence } from "./explainSilence.ts"

type OnDone = Parameters<Submit>[2]

/** What a failed append is an operation of. */
export type AppendOperation = Extract<StoreOperation, { readonly _tag: "Append" }>

/** What is said of appends that were not acknowledged. */
export interface AppendFailures {
  /** What a failure of messages of at most so many bytes means; some need a question to the broker. */
  readonly explain: (error: NatsError, operation: AppendOperation, bytes: number) => Effect.Effect<never, StoreError>
  /** Tells what became of an append that has to be explained, and logs what an operator should know. */
  readonly tell: (explanation: Effect.Effect<never, StoreError>, onDone: OnDone) => void
}

/** Makes the {@link AppendFailures} of one stream. */
export const makeAppendFailures = (
  connection: NatsConnection["Service"],
  stream: EventStream["Service"],
  { found }: Pick<TroubleLog, "found">,
  services: Context.Context<never>
): AppendFailures => {
  /** A stream that takes less than its server does not say how much. */
  const sizeAccepted = (actualBytes: number) =>
    Effect.match(StreamApi.info(connection.main, stream.name), {
      onSuccess: ({ config }) => tooLarge(Math.max(config.max_msg_size ?? 0, 0), actualBytes),
      onFailure: () => tooLarge(0, actualBytes)
    })

  /** What a failure means; some need a question to the broker. */
  const explain = (error: NatsError, operation: AppendOperation, bytes: number): Effect.Effect<never, StoreError> => {
    if (error.reason._tag === "MessageTooLarge") {
      return Effect.flatMap(sizeAccepted(bytes), (accepted) => Effect.fail(toStoreError(accepted, operation)))
    }
    return isUnverified(error) || (stream.isShared() && isRefusal(error))
      ? unconfirmed(operation, error.message)
      : explainSilence(stream, error, operation)
  }

  /** What a look at the settings explains, the look has said. */
  const say = Effect.fnUntraced(function*(error: StoreError) {
    if (error.reason._tag === "AtomicAppendRefused") return yield* stream.check
    const trouble = appendTrouble(stream.name, error)
    if (trouble === undefined) return
    if (error.reason._tag === "StoreUnusable") {
      yield* stream.check
      if (stream.refusal() !== undefined) return
    }
    yield* found(trouble)
  })

  const tell = (effect: Effect.Effect<never, StoreError>, onDone: OnDone): void =>
    void Effect.runForkWith(services)(Effect.tapError(effect, say)).addObserver((exit) => {
      try {
        onDone(exit)
      } catch (defect) {
        Effect.runForkWith(services)(Effect.logError("what became of an append could not be taken", defect))
      }
    })

  return { explain, tell }
}

/** Nobody knows whether it is stored. */
export const unconfirmed = ({ aggregateIds }: AppendOperation, detail: string) =>
  Effect.fail(new StoreError({ reason: new AppendUnconfirmed({ aggregateIds, detail, alreadySeen: false }) }))

/** A message that is larger than the broker takes, in bytes. */
export const tooLarge = (maxBytes: number, actualBytes: number) =>
  new NatsError({ reason: new MessageTooLarge({ maxBytes, actualBytes }) })

/** An acknowledgement that cannot be read, or may not be received, says nothing about what is stored. */
const isUnverified = ({ reason }: NatsError) =>
  (reason._tag === "Unexpected" && reason.code === 0) ||
  (reason._tag === "PermissionRefused" && reason.operation === "subscription")

/** Whether some stream has said no. */
export const isRefusal = ({ reason }: NatsError) =>
  reason._tag !== "Disconnected" && reason._tag !== "NoResponders" && reason._tag !== "PermissionRefused"

/** Nothing was said, or not by the stream: it would be the same for each part of what was sent. */
const unsaid = new Set([
  "Disconnected",
  "NoResponders",
  "Unreachable",
  "AuthenticationRefused",
  "Unanswered",
  "AnsweredElsewhere"
])

/** Whether nothing was stored because of what it was: a part of it may be. */
export const isDefinite = (error: NatsError) => !unsaid.has(error.reason._tag) && !isUnverified(error)
