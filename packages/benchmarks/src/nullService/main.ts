/**
 * The shortest honest program that answers commands with stored events: what a service written by hand would cost. No
 * schema, no domain, no Effect; it knows only what it stored itself, so it can have no second replica and no restart.
 */
import { connect, headers, type Msg } from "@nats-io/transport-node"

const client = await connect({ servers: process.env["NATS_URL"]!, noAsyncTraces: true })
const replicas = Number(process.env["STREAM_REPLICAS"] ?? 1)
await client.request(
  "$JS.API.STREAM.CREATE.NULL_EVENTS",
  JSON.stringify({ name: "NULL_EVENTS", subjects: ["organization.events.>"], num_replicas: replicas, storage: "file" })
)

/** With it, events carry as many headers as the service's and answers are as long: what bytes alone cost. */
const speaksAtLength = process.env["BYTES_OF_THE_SERVICE"] === "true"

/** The headers that the service's events have beside the guard. */
const describe = (stored: ReturnType<typeof headers>, id: string, type: string, messageId: string) => {
  stored.set("Nats-Expected-Stream", "NULL_EVENTS")
  stored.set("X-Correlation-ID", messageId)
  stored.set("X-Causation-ID", messageId)
  stored.set("X-Command-ID", messageId)
  stored.set("X-Aggregate-ID", id)
  stored.set("X-Aggregate-Version", "1000")
  stored.set("X-Event-Type", type)
  stored.set("X-Event-Version", "2")
  stored.set("X-Actor", "benchmark")
  stored.set("Content-Type", "application/json")
}

/** An answer as long as the service's. */
const longAnswer = (id: string, type: string, messageId: string, event_id: string, seq: number) => ({
  status: "ok",
  outcome: "applied",
  command_type: type,
  command_id: messageId,
  correlation_id: messageId,
  aggregate_id: id,
  version: 1_000,
  stream_sequence: seq,
  events_generated: 1,
  events: [{ organization_id: id, event_id, event_type: type, version: 1_000, stream_sequence: seq }],
  created_id: null,
  warnings: [],
  acknowledgment: {
    command_id: { id: messageId },
    correlation_id: { kind: "Single", value: messageId },
    status: "Accepted",
    reason: null
  }
})

/** Of each organization the last sequence, once everything before is stored. */
const sequences = new Map<string, Promise<number>>()

const answer = async (message: Msg, before: Promise<number>): Promise<number> => {
  const command = message.json<{
    readonly command_type: string
    readonly identity: { readonly message_id: string }
    readonly organization_id: { readonly id: string }
  }>()
  const id = command.organization_id.id
  const event_id = crypto.randomUUID()
  const { command_type, ...facts } = command
  const event = { event_type: `${command_type}d`, event_id, ...facts, occurred_at: new Date().toISOString() }
  const guard = headers()
  guard.set("Nats-Msg-Id", event_id)
  guard.set("Nats-Expected-Last-Subject-Sequence", String(await before))
  guard.set("Nats-Expected-Last-Subject-Sequence-Subject", `organization.events.${id}.>`)
  const messageId = command.identity.message_id
  if (speaksAtLength) describe(guard, id, event.event_type, messageId)
  const stored = await client.request(
    `organization.events.${id}.${message.subject.split(".")[3]}`,
    JSON.stringify(event),
    { headers: guard, timeout: 5_000 }
  )
  const { error, seq } = stored.json<{ readonly seq: number; readonly error?: object }>()
  if (error !== undefined) throw new Error(JSON.stringify(error))
  message.respond(JSON.stringify(
    speaksAtLength
      ? longAnswer(id, command_type, messageId, event_id, seq)
      : { status: "ok", command_id: messageId, event_id, stream_sequence: seq }
  ))
  return seq
}

const none = Promise.resolve(0)
client.subscribe("organization.commands.>", {
  queue: "organization-service",
  callback: (_error, message) => {
    const id = message.subject.split(".")[2]!
    sequences.set(id, answer(message, sequences.get(id) ?? none))
  }
})
await client.flush()
process.stdout.write("{\"message\":\"ready\"}\n")
