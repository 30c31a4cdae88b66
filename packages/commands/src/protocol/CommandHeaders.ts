import { readTraceContext, type TraceContext } from "@cim-domain/event-sourcing/TraceContext"
import { Result, Schema } from "effect"
import { Version } from "../fields/Quantity.ts"
import { Actor } from "../fields/text.ts"
import { canonicalUuid } from "../fields/uuid.ts"
import { issuesOf, type ValidationIssue } from "./ValidationIssue.ts"

/** What the headers of a command say; what the body says wins. */
export interface CommandHeaders {
  readonly messageId: string | null
  readonly correlationId: string | null
  readonly causationId: string | null
  readonly actor: string | null
  readonly expectedVersion: number | null
  readonly dryRun: boolean
  readonly trace: TraceContext
  readonly issues: ReadonlyArray<ValidationIssue>
  /** Identifying headers that could not be used. */
  readonly ignored: ReadonlyArray<string>
}

/** Reads the headers that mean something for a command. Ids that are no UUIDs are left out. */
export const readCommandHeaders = (header: (name: string) => string | undefined): CommandHeaders => {
  const ignored: Array<string> = []
  const issues: Array<ValidationIssue> = []
  const uuid = (name: string): string | null => {
    const given = header(name)
    const canonical = given === undefined ? null : canonicalUuid(given)
    if (given !== undefined && canonical === null) ignored.push(name)
    return canonical
  }
  const checked = <A>(name: string, decode: (text: string) => Result.Result<A, Schema.SchemaError>): A | null => {
    const given = header(name)
    if (given === undefined) return null
    const result = decode(given)
    if (Result.isSuccess(result)) return result.success
    issues.push(...issuesOf(result.failure.issue).map(({ message }) => ({ path: name, message })))
    return null
  }
  return {
    messageId: uuid("Nats-Msg-Id"),
    correlationId: uuid("X-Correlation-ID"),
    causationId: uuid("X-Causation-ID"),
    actor: checked("X-Actor", decodeActor),
    expectedVersion: checked("X-Expected-Version", decodeVersion),
    dryRun: checked("X-Dry-Run", decodeFlag) === "true",
    trace: readTraceContext(header),
    issues,
    ignored
  }
}

const decodeActor = Schema.decodeUnknownResult(Actor)
const decodeFlag = (text: string) => decodeTruth(text.slice(0, 6).toLowerCase())
const decodeTruth = Schema.decodeUnknownResult(Schema.Literals(["true", "false"]))
const decodeVersion = (text: string) => decodeNumber(/^\d{1,16}$/.test(text) ? Number(text) : text)
const decodeNumber = Schema.decodeUnknownResult(Version)
