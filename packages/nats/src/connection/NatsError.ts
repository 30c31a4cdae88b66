import { StoreError } from "@cim-domain/event-sourcing/StoreError"
import * as Store from "@cim-domain/event-sourcing/StoreError"
import {
  AuthorizationError,
  ClosedConnectionError,
  ConnectionError,
  DrainingConnectionError,
  InvalidArgumentError,
  NoRespondersError,
  PermissionViolationError,
  RequestError,
  TimeoutError,
  UserAuthenticationExpiredError
} from "@nats-io/nats-core"
import { Schema } from "effect"
import { connectFailure, textOf } from "./connectFailure.ts"

/**
 * Every failure of the broker or its client, classified once: this file alone knows client error classes,
 * `stream/ApiError.ts` the broker's error codes, and `connectFailure.ts` the words of a connection that is refused.
 */

const detail = { detail: Schema.String }

/** There is no connection at the moment: nothing was sent. */
export class Disconnected extends Schema.TaggedError<Disconnected>()("Disconnected", detail) {
  readonly isRetryable = true
  override get message() {
    return `not connected: ${this.detail}`
  }
}

/** No server could be reached. */
export class Unreachable extends Schema.TaggedError<Unreachable>()("Unreachable", detail) {
  readonly isRetryable = true
  override get message() {
    return `cannot be reached: ${this.detail}`
  }
}

/** The server does not accept who we are. Retried, because credentials are renewed in place. */
export class AuthenticationRefused
  extends Schema.TaggedError<AuthenticationRefused>()("AuthenticationRefused", detail)
{
  readonly isRetryable = true
  override get message() {
    return `authentication refused: ${this.detail}`
  }
}

/** No trusted TLS connection could be made. Retried, because certificates are renewed in place. */
export class TlsRefused extends Schema.TaggedError<TlsRefused>()("TlsRefused", detail) {
  readonly isRetryable = true
  override get message() {
    return `TLS refused: ${this.detail}`
  }
}

/** Nobody listens on the subject (status 503): a definite no, nothing was stored or done. */
export class NoResponders extends Schema.TaggedError<NoResponders>()("NoResponders", { subject: Schema.String }) {
  readonly isRetryable = true
  override get message() {
    return `nobody answers on ${this.subject}`
  }
}

/** The request was sent and no answer came, in time or before the connection broke: it may have been carried out. */
export class Unanswered extends Schema.TaggedError<Unanswered>()("Unanswered", {
  subject: Schema.String,
  ...detail
}) {
  readonly isRetryable = true
  override get message() {
    return `no answer on ${this.subject}: ${this.detail}`
  }
}

/**
 * The message was acknowledged, or refused, by another stream than the one it was meant for, and that one said nothing: it may
 * have been stored there or not.
 */
export class AnsweredElsewhere extends Schema.TaggedError<AnsweredElsewhere>()("AnsweredElsewhere", {
  subject: Schema.String,
  /** Who answered, in words. */
  by: Schema.String
}) {
  readonly isRetryable = true
  override get message() {
    return `no answer on ${this.subject} but from ${this.by}`
  }
}

/** The expected last sequence is not the last one (10071, 10164). Nothing was stored. */
export class WrongLastSequence extends Schema.TaggedError<WrongLastSequence>()("WrongLastSequence", detail) {
  readonly isRetryable = false
  override get message() {
    return this.detail
  }
}

/** The message id was seen before (10201, `duplicate`): look before answering. */
export class AlreadySeen extends Schema.TaggedError<AlreadySeen>()("AlreadySeen", detail) {
  readonly isRetryable = false
  override get message() {
    return `the message was seen before: ${this.detail}`
  }
}

/** Another message of that id is just being stored (10158). This one was not stored: what becomes of the id is up to that copy. */
export class BeingStored extends Schema.TaggedError<BeingStored>()("BeingStored", detail) {
  readonly isRetryable = false
  override get message() {
    return `a copy of the message is just being stored: ${this.detail}`
  }
}

/** The broker cannot take it now: no leader, queue full, too many open batches. Nothing was stored. */
export class Busy extends Schema.TaggedError<Busy>()("Busy", detail) {
  readonly isRetryable = true
  override get message() {
    return `the broker is busy: ${this.detail}`
  }
}

/** JetStream is not enabled, on the server or for the account. */
export class NoJetStream extends Schema.TaggedError<NoJetStream>()("NoJetStream", detail) {
  readonly isRetryable = true
  override get message() {
    return `no JetStream: ${this.detail}`
  }
}

/** The cluster has no room for that many replicas, perhaps not yet. `forGood`: it is too small, so that fewer may be had now. */
export class PlacementRefused extends Schema.TaggedError<PlacementRefused>()("PlacementRefused", {
  ...detail,
  forGood: Schema.Boolean
}) {
  readonly isRetryable = true
  override get message() {
    return `no place for the replicas: ${this.detail}`
  }
}

/** The stream does not exist (10059), or the subject belongs to another one (10060). */
export class StreamMissing extends Schema.TaggedError<StreamMissing>()("StreamMissing", detail) {
  readonly isRetryable = false
  override get message() {
    return this.detail
  }
}

/** There is no such message (10037). */
export class MessageMissing extends Schema.TaggedError<MessageMissing>()("MessageMissing", detail) {
  readonly isRetryable = false
  override get message() {
    return this.detail
  }
}

/** The stream does not take atomic batches (10174). Nothing was stored; an operator has to set `allow_atomic`. */
export class AtomicBatchRefused extends Schema.TaggedError<AtomicBatchRefused>()("AtomicBatchRefused", detail) {
  readonly isRetryable = false
  override get message() {
    return `allow_atomic is off: ${this.detail}`
  }
}

/** The user may not do that. Nothing was stored; an operator has to act. */
export class PermissionRefused extends Schema.TaggedError<PermissionRefused>()("PermissionRefused", {
  operation: Schema.Literals(["publish", "subscription"]),
  ...detail
}) {
  readonly isRetryable = false
  override get message() {
    return this.detail
  }
}

/** The message is larger than the server or the stream accepts. Sizes in bytes, 0 = unknown. */
export class MessageTooLarge extends Schema.TaggedError<MessageTooLarge>()("MessageTooLarge", {
  maxBytes: Schema.Int,
  actualBytes: Schema.Int
}) {
  readonly isRetryable = false
  override get message() {
    return this.actualBytes > 0 && this.maxBytes > 0
      ? `message of ${this.actualBytes} bytes, at most ${this.maxBytes} are accepted`
      : "the message is larger than the broker accepts"
  }
}

/** A limit set by the operator, or the disk, is reached. Nothing was stored. */
export class StreamFull extends Schema.TaggedError<StreamFull>()("StreamFull", detail) {
  readonly isRetryable = false
  override get message() {
    return this.detail
  }
}

/** The stream, as it is set, does not take such messages: it is sealed, or counts. Nothing was stored. */
export class StreamRefuses extends Schema.TaggedError<StreamRefuses>()("StreamRefuses", detail) {
  readonly isRetryable = false
  override get message() {
    return this.detail
  }
}

/** An answer that this adapter does not know, in the broker's own words. `code` is its error code, 0 = none. */
export class Unexpected extends Schema.TaggedError<Unexpected>()("Unexpected", { code: Schema.Int, ...detail }) {
  readonly isRetryable = false
  override get message() {
    return this.code === 0 ? this.detail : `${this.detail} (${this.code})`
  }
}

/** Every way in which the broker or its client can fail: a closed union. */
export const NatsErrorReason = Schema.Union([
  Disconnected,
  Unreachable,
  AuthenticationRefused,
  TlsRefused,
  NoResponders,
  Unanswered,
  AnsweredElsewhere,
  WrongLastSequence,
  AlreadySeen,
  BeingStored,
  Busy,
  NoJetStream,
  PlacementRefused,
  StreamMissing,
  MessageMissing,
  AtomicBatchRefused,
  PermissionRefused,
  MessageTooLarge,
  StreamFull,
  StreamRefuses,
  Unexpected
])

/** Every way in which the broker or its client can fail. */
export type NatsErrorReason = typeof NatsErrorReason.Type

/**
 * The one error of this adapter. `isRetryable`: waiting may help. After `Unanswered` only a request that is harmless when
 * carried out twice may simply be made again.
 */
export class NatsError extends Schema.TaggedError<NatsError>()("NatsError", { reason: NatsErrorReason }) {
  get isRetryable(): boolean {
    return this.reason.isRetryable
  }
  override get message() {
    return this.reason.message
  }
}

/** Classifies what an attempt to connect threw. */
export const fromConnect = (error: unknown): NatsError => {
  const Reason = { AuthenticationRefused, TlsRefused, Unreachable }[connectFailure(error)]
  return new NatsError({ reason: new Reason({ detail: textOf(error) }) })
}

/** Classifies what a request, a publish or a subscription on `subject` threw. */
export const fromClient = (error: unknown, subject: string): NatsError =>
  new NatsError({ reason: clientReason(error, subject) })

const clientReason = (error: unknown, subject: string): NatsErrorReason => {
  if (error instanceof NoRespondersError) return new NoResponders({ subject })
  if (error instanceof PermissionViolationError) {
    return new PermissionRefused({ operation: error.operation, detail: error.message })
  }
  if (error instanceof RequestError) {
    if (error.cause !== undefined && error.cause !== error) return clientReason(error.cause, subject)
    return new Unanswered({ subject, detail: error.message })
  }
  if (error instanceof TimeoutError) return new Unanswered({ subject, detail: "timeout" })
  if (error instanceof ClosedConnectionError || error instanceof DrainingConnectionError) {
    return new Disconnected({ detail: error.message })
  }
  if (error instanceof ConnectionError) return new Unanswered({ subject, detail: error.message })
  if (error instanceof AuthorizationError || error instanceof UserAuthenticationExpiredError) {
    return new AuthenticationRefused({ detail: error.message })
  }
  if (error instanceof InvalidArgumentError && error.message.includes("max_payload")) {
    return new MessageTooLarge({ maxBytes: 0, actualBytes: 0 })
  }
  return new Unexpected({ code: 0, detail: textOf(error) })
}

/** What was being done when a {@link NatsError} came up, for {@link toStoreError}. */
export type StoreOperation =
  | { readonly _tag: "Read"; readonly store: string }
  | {
    readonly _tag: "Append"
    readonly store: string
    /** What the append is to. */
    readonly aggregateIds: ReadonlyArray<string>
  }

/** The meaning of a broker's failure for a user of the event store or the snapshot store. */
export const toStoreError = (error: NatsError, operation: StoreOperation): StoreError =>
  new StoreError({ reason: storeReason(error.reason, operation) })

const storeReason = (reason: NatsErrorReason, operation: StoreOperation): Store.StoreErrorReason => {
  switch (reason._tag) {
    case "WrongLastSequence":
      // The broker says at most which sequence is the last one, and neither of which aggregate nor in which message.
      return operation._tag === "Append"
        ? new Store.VersionConflict({ aggregateIds: operation.aggregateIds })
        : new Store.UnexpectedAnswer({ detail: reason.message })
    case "BeingStored":
      return operation._tag === "Append"
        ? new Store.CopyBeingStored({ aggregateIds: operation.aggregateIds })
        : new Store.StoreUnavailable({ detail: reason.message })
    case "Unanswered":
    case "AnsweredElsewhere":
    case "AlreadySeen":
      return operation._tag === "Append"
        ? new Store.AppendUnconfirmed({
          aggregateIds: operation.aggregateIds,
          detail: reason.message,
          alreadySeen: reason._tag === "AlreadySeen"
        })
        : new Store.StoreUnavailable({ detail: reason.message })
    case "StreamMissing":
      return new Store.StoreMissing({ store: operation.store })
    case "AtomicBatchRefused":
      return new Store.AtomicAppendRefused({ detail: reason.message })
    case "PermissionRefused":
      return new Store.PermissionRefused({ detail: reason.message })
    case "StreamFull":
      return new Store.StoreFull({ detail: reason.message })
    case "MessageTooLarge":
      return new Store.EventTooLarge({ maxBytes: reason.maxBytes, actualBytes: reason.actualBytes })
    case "StreamRefuses":
      return new Store.StoreUnusable({ detail: reason.message })
    case "Unexpected":
      // What the broker refuses it does not store, whatever its reason is.
      return reason.code === 0
        ? new Store.UnexpectedAnswer({ detail: reason.message })
        : new Store.StoreUnusable({ detail: reason.message })
    case "MessageMissing":
      return new Store.UnexpectedAnswer({ detail: reason.message })
    case "Disconnected":
    case "Unreachable":
    case "AuthenticationRefused":
    case "TlsRefused":
    case "NoResponders":
    case "Busy":
    case "NoJetStream":
    case "PlacementRefused":
      return new Store.StoreUnavailable({ detail: reason.message })
  }
}
