import type { TraceContext } from "@cim-domain/event-sourcing/TraceContext"
import { readUuid } from "../fields/Identifier.ts"
import type { CommandHeaders } from "./CommandHeaders.ts"
import type { CommandSubject } from "./CommandSubject.ts"
import type { CorrelationId } from "./MessageIdentity.ts"
import { isJsonObject } from "./parseJson.ts"

/** What an answer to a command can say about it; `null` where that is not known. */
export interface KnownAboutRequest {
  /** Only what the body says, and only when it is a command. */
  readonly commandType: string | null
  readonly commandId: string | null
  readonly correlationId: CorrelationId | null
  readonly aggregateId: string | null
  readonly warnings: ReadonlyArray<string>
  /** Where the request belongs in a trace. */
  readonly trace: TraceContext
}

/** What stands around the body of a message; a `null` subject is none of a command. */
export interface AroundBody {
  readonly headers: CommandHeaders
  readonly subject: CommandSubject | null
}

/** What is known of a message whose body says nothing. */
export const knownWithoutBody = ({ headers, subject }: AroundBody): KnownAboutRequest => ({
  commandType: null,
  commandId: headers.messageId,
  correlationId: single(headers.correlationId),
  aggregateId: subject?.aggregateId ?? null,
  warnings: [],
  trace: headers.trace
})

/** What is known of a message with a body of some fields, be they right or wrong; what they do not say is said around them. */
export const knownFromBody = (
  around: AroundBody,
  /** Fields that may name the aggregate, in the order they are looked at. */
  addressees: ReadonlyArray<string>,
  body: {
    readonly type: string | null
    readonly fields: { readonly [key: string]: unknown }
    readonly identity: unknown
    readonly warnings: ReadonlyArray<string>
  }
): KnownAboutRequest => {
  const { fields, type, warnings } = body
  const otherwise = knownWithoutBody(around)
  const identity = isJsonObject(body.identity) ? body.identity : {}
  const correlation = identity["correlation_id"]
  const field = addressees.find((field) => fields[field] !== null && fields[field] !== undefined)
  const transaction = isJsonObject(correlation) && correlation["kind"] === "Transaction"
  const correlationId = single(readUuid(correlation))
  return {
    ...otherwise,
    commandType: type,
    commandId: readUuid(identity["message_id"]) ?? otherwise.commandId,
    correlationId: transaction && correlationId !== null
      ? { ...correlationId, kind: "Transaction" }
      : correlationId ?? otherwise.correlationId,
    aggregateId: (field === undefined ? null : readUuid(fields[field])) ?? otherwise.aggregateId,
    warnings
  }
}

const single = (uuid: string | null): CorrelationId | null =>
  uuid === null ? null : { kind: "Single", value: uuid as CorrelationId["value"] }
