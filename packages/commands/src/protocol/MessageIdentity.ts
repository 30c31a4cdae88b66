import { Schema, SchemaGetter } from "effect"
import { choice } from "../fields/choice.ts"
import { MessageId, plainId } from "../fields/Identifier.ts"

/** The conversation a message belongs to; a plain UUID is read as a `Single` one. */
export const CorrelationId = Schema.Unknown.pipe(Schema.decodeTo(
  Schema.Struct({ kind: choice(["Single", "Transaction"]), value: plainId(MessageId) }),
  {
    decode: SchemaGetter.transform<any, unknown>((value) =>
      typeof value === "string" ? { kind: "Single", value } : value
    ),
    encode: SchemaGetter.transform<unknown, unknown>((value) => value)
  }
))
export type CorrelationId = typeof CorrelationId.Type

/** Which message this is, which one caused it, and which conversation both belong to. */
export const MessageIdentity = Schema.Struct({
  correlation_id: CorrelationId,
  causation_id: plainId(MessageId),
  message_id: plainId(MessageId)
})
export type MessageIdentity = typeof MessageIdentity.Type

/** The identity of a message that begins a conversation and was caused by nothing but itself. */
export const rootIdentity = (messageId: MessageId): MessageIdentity => ({
  correlation_id: { kind: "Single", value: messageId },
  causation_id: messageId,
  message_id: messageId
})
