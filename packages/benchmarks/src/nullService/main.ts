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
  const stored = await client.request(
    `organization.events.${id}.${message.subject.split(".")[3]}`,
    JSON.stringify(event),
    { headers: guard, timeout: 5_000 }
  )
  const { error, seq } = stored.json<{ readonly seq: number; readonly error?: object }>()
  if (error !== undefined) throw new Error(JSON.stringify(error))
  message.respond(
    JSON.stringify({ status: "ok", command_id: command.identity.message_id, event_id, stream_sequence: seq })
  )
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
