import type { EncodedReply } from "@cim-domain/commands/protocol/CommandReply"
import { commandSubject, type CommandType } from "@cim-domain/organization"
import { Effect } from "effect"

let made = 0

/** A UUID of version 7 that no other call has given. */
export const newId = (): string => `0198c0de-2000-7000-8000-${(++made).toString(16).padStart(12, "0")}`

const identity = (id: string) => ({
  correlation_id: { kind: "Single", value: id },
  causation_id: id,
  message_id: id
})

type Fields = Readonly<Record<string, unknown>> & { readonly command_id?: string }

/** A message on its way to a replica. */
export interface Sent {
  readonly subject: string
  readonly body: string | Uint8Array
}

/** A command as a client writes it: its subject and body. */
export const command = (
  type: CommandType,
  organizationId: string,
  { command_id = newId(), ...fields }: Fields = {}
) => ({
  subject: commandSubject(organizationId, type),
  body: JSON.stringify({
    command_type: type,
    identity: identity(command_id),
    organization_id: organizationId,
    ...fields
  })
})

/** The creation of an organization. */
export const creation = (organizationId: string, fields: Fields = {}) =>
  command("CreateOrganization", organizationId, {
    name: "Acme Corporation",
    display_name: "Acme",
    organization_type: "Corporation",
    metadata: {},
    ...fields
  })

/** A message as a subscription hands it over. */
export const message = (
  { body, subject }: Sent,
  headers: Readonly<Record<string, string>> = {}
) => ({
  subject,
  body: typeof body === "string" ? new TextEncoder().encode(body) : body,
  header: (name: string) => headers[name]
})

/** What an answer says, as any client may read it. */
export interface Said {
  readonly status: "ok" | "error"
  readonly outcome?: string
  readonly failure?: { readonly code: string; readonly retryable: boolean; readonly details: Record<string, unknown> }
  readonly version: number | null
  readonly command_id: string | null
  readonly aggregate_id: string | null
  readonly created_id?: string | null
  readonly stream_sequence?: number | null
  readonly events?: ReadonlyArray<
    { readonly event_id: string; readonly event_type: string; readonly version: number }
  >
  readonly warnings: ReadonlyArray<string>
}

export const said = (answer: Effect.Effect<EncodedReply>): Effect.Effect<Said> =>
  Effect.map(answer, ({ body }) => JSON.parse(body) as Said)

/** Messages that no client should send, and the code each must be answered with. */
export const hostile: ReadonlyArray<Sent & { readonly name: string; readonly code: string }> = [
  {
    name: "no JSON",
    subject: commandSubject("new", "CreateOrganization"),
    body: "{\"command_type\":",
    code: "MALFORMED_MESSAGE"
  },
  { name: "an empty body", subject: commandSubject("new", "CreateOrganization"), body: "", code: "MALFORMED_MESSAGE" },
  { name: "an array", subject: commandSubject("new", "CreateOrganization"), body: "[]", code: "MALFORMED_MESSAGE" },
  {
    name: "no text",
    subject: commandSubject("new", "CreateOrganization"),
    body: Uint8Array.of(0xff, 0xfe, 0),
    code: "MALFORMED_MESSAGE"
  },
  {
    name: "100 000 open brackets",
    subject: commandSubject("new", "CreateOrganization"),
    body: "[".repeat(100_000),
    code: "MALFORMED_MESSAGE"
  },
  {
    name: "an unknown command",
    subject: "organization.commands.new.create_organization",
    body: "{\"command_type\":\"Explode\"}",
    code: "UNKNOWN_COMMAND_TYPE"
  },
  {
    name: "wrong types",
    ...creation(newId(), { name: 7, metadata: [], founded_date: "yesterday" }),
    code: "VALIDATION_FAILED"
  },
  {
    name: "a body for another organization",
    ...command("DissolveOrganization", newId(), { reason: "x", effective_date: "2020-01-01T00:00:00Z" }),
    subject: commandSubject(newId(), "DissolveOrganization"),
    code: "SUBJECT_MISMATCH"
  },
  {
    name: "a body of another command",
    ...creation(newId()),
    subject: commandSubject(newId(), "DissolveOrganization"),
    code: "SUBJECT_MISMATCH"
  },
  {
    name: "a subject of no command",
    ...creation(newId()),
    subject: "organization.commands.a.b.c",
    code: "SUBJECT_MISMATCH"
  },
  { name: "300 KiB", ...creation(newId(), { description: "x".repeat(300 * 1_024) }), code: "LIMIT_EXCEEDED" },
  {
    name: "metadata with __proto__",
    subject: commandSubject("new", "CreateOrganization"),
    body: creation(newId()).body.replace("\"metadata\":{}", "\"metadata\":{\"a\":{\"__proto__\":{\"admin\":true}}}"),
    code: "VALIDATION_FAILED"
  },
  {
    name: "metadata 20 levels deep",
    ...creation(newId(), { metadata: { a: JSON.parse("{\"a\":".repeat(20) + "1" + "}".repeat(20)) } }),
    code: "VALIDATION_FAILED"
  },
  {
    name: "metadata of 70 KiB",
    ...creation(newId(), { metadata: { a: "x".repeat(70 * 1_024) } }),
    code: "VALIDATION_FAILED"
  }
]
