import { differences, type ExpectedJson } from "./differences.ts"
import type { ExpectedEvent } from "./expect.ts"
import * as freedoms from "./freedoms.ts"
import { type Fields, isFields, readJson } from "./Json.ts"
import type { ModelEntry } from "./ModelOrganization.ts"
import type { Addressee, Asked } from "./readRequest.ts"
import { anything, categoryCodes, codeOf, errorTable, type Refusal } from "./Refusal.ts"

/** Its headers; others may stand beside them. */
export type ExpectedHeaders = Readonly<Record<string, ExpectedJson>>

/** A reply that must come, field by field in this order. */
export interface ExpectedAnswer {
  readonly body: ExpectedJson
  readonly headers: ExpectedHeaders
}

/** How a command was taken. */
export type Taken =
  | { readonly outcome: "no_change"; readonly version: number }
  | { readonly outcome: "applied" | "duplicate"; readonly version: number; readonly entry: ModelEntry }
  | { readonly outcome: "dry_run"; readonly version: number; readonly event: ExpectedEvent }

const warnings = ({ unknown, unnamed }: Addressee): ReadonlyArray<ExpectedJson> => [
  ...unknown.map(freedoms.oneWith),
  ...(unnamed ? [freedoms.someText] : [])
]

const acknowledgment = (
  { commandId, correlation }: Addressee,
  status: string,
  reason: ExpectedJson
): ExpectedJson =>
  commandId === null || correlation === null
    ? null
    : { command_id: { id: commandId }, correlation_id: correlation, status, reason }

const correlationHeader = ({ correlation }: Addressee): ExpectedHeaders =>
  correlation === null ? {} : { "X-Correlation-ID": correlation.value }

/** The reply to a command that was taken: 4.4. */
export const successTo = (asked: Asked, taken: Taken): ExpectedAnswer => {
  const event = eventOf(taken)
  return {
    body: {
      status: "ok",
      outcome: taken.outcome,
      command_type: asked.commandType,
      command_id: asked.commandId,
      correlation_id: asked.correlation.value,
      aggregate_id: asked.organizationId,
      version: taken.version,
      stream_sequence: event?.stream_sequence ?? null,
      events_generated: event === null ? 0 : 1,
      events: event === null ? [] : [{ organization_id: asked.organizationId, ...event }],
      created_id: event === null ? null : asked.createdId,
      warnings: warnings(asked),
      acknowledgment: acknowledgment(asked, "Accepted", null)
    },
    headers: correlationHeader(asked)
  }
}

const eventOf = (taken: Taken) => {
  switch (taken.outcome) {
    case "no_change":
      return null
    case "dry_run":
      return {
        event_id: taken.event.id,
        event_type: taken.event.type,
        version: taken.version,
        stream_sequence: null
      }
    default: {
      const { eventId, eventType, sequence, version } = taken.entry
      return { event_id: eventId, event_type: eventType, version, stream_sequence: sequence }
    }
  }
}

/** The reply to a command that is refused, at a version, or to a message that is none: `null`. */
export const refusalTo = (addressee: Addressee, refusal: Refusal, version: number | null): ExpectedAnswer => {
  const { category, isRetryable = false, says = "" } = errorTable[refusal.tag]!
  const message = freedoms.starting(says)
  const details: Record<string, ExpectedJson> = Object.fromEntries(
    Object.entries(refusal.details ?? {}).map(([key, value]) => [key, value === anything ? freedoms.someValue : value])
  )
  return {
    body: {
      status: "error",
      error: message,
      failure: {
        _tag: refusal.tag,
        code: codeOf(refusal.tag),
        category,
        retryable: isRetryable,
        message,
        details: freedoms.atLeast({
          ...details,
          ...(refusal.issues === undefined ? {} : { issues: freedoms.issuesOf(refusal.issues, refusal.further) })
        })
      },
      command_type: addressee.commandType,
      command_id: addressee.commandId,
      correlation_id: addressee.correlation?.value ?? null,
      aggregate_id: addressee.organizationId,
      version,
      warnings: refusal.issues === undefined ? warnings(addressee) : freedoms.someFor(addressee.unknown),
      acknowledgment: acknowledgment(addressee, "Rejected", message)
    },
    headers: {
      ...correlationHeader(addressee),
      "Nats-Service-Error": message,
      "Nats-Service-Error-Code": categoryCodes[category]!
    }
  }
}

/** An answer as it came. */
export interface GivenAnswer {
  readonly body: string
  /** `null` where they were not written down. */
  readonly headers: Readonly<Record<string, string>> | null
}

/** Where an answer is not as it must be, in words. */
export const differencesOfAnswer = (expected: ExpectedAnswer, given: GivenAnswer): ReadonlyArray<string> => {
  const body = readJson(given.body)
  if (!isFields(body)) return ["it is no reply"]
  const headers = given.headers
  return [
    ...differences(expected.body, body),
    ...sameWords(body),
    ...(headers === null ?
      [] :
      Object.entries(expected.headers).flatMap(([name, value]) => differences(value, headers[name] ?? null, name)))
  ]
}

/** A reply that refuses says why in the same words everywhere. */
const sameWords = (body: Fields): ReadonlyArray<string> => {
  if (body["status"] !== "error") return []
  const { acknowledgment, error, failure } = body
  const others = [
    isFields(failure) ? failure["message"] : null,
    isFields(acknowledgment) ? acknowledgment["reason"] : error
  ]
  return others.every((words) => words === error) ? [] : ["it says why in different words"]
}
