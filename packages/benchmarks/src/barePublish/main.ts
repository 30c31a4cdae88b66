/**
 * Publishes events, each guarded by the sequence of the organization's last one, from one process and for nobody: the
 * ceiling of any design that stores one event for a command. `node main.ts '<what as JSON>'`.
 */
import { connect, headers } from "@nats-io/transport-node"
import { encodeCommands, organizationIdAt } from "../load/encodeCommands.ts"
import { whenTold } from "../programs/whenTold.ts"
import type { BarePublish } from "./BarePublish.ts"

const { inFlight, organizations, publishes, url, warmUp } = JSON.parse(process.argv[2] ?? "") as BarePublish
const client = await connect({ servers: url, noAsyncTraces: true })
await client.request(
  "$JS.API.STREAM.CREATE.BARE_EVENTS",
  JSON.stringify({ name: "BARE_EVENTS", subjects: ["organization.events.>"], storage: "file" })
)
// As large as an event is.
const body = encodeCommands({
  url,
  commands: 1,
  warmUp: 0,
  pace: { inFlight },
  kind: "update",
  organizations: 1,
  spread: "uniform",
  series: 0
})[0]!.body
const sequences = new Uint32Array(organizations)

const publishAll = async (count: number) => {
  const micros = new Float64Array(count)
  const started = performance.now()
  let next = 0
  // Organizations take turns, and there are more of them than publishes in flight: none waits for itself.
  const publisher = async () => {
    for (let index = next++; index < count; index = next++) {
      const organization = index % organizations
      const id = organizationIdAt(organization)
      const guard = headers()
      guard.set("Nats-Msg-Id", crypto.randomUUID())
      guard.set("Nats-Expected-Last-Subject-Sequence", String(sequences[organization]))
      guard.set("Nats-Expected-Last-Subject-Sequence-Subject", `organization.events.${id}.>`)
      const sentAt = performance.now()
      const answer = await client.request(`organization.events.${id}.updated`, body, { headers: guard, timeout: 5_000 })
      micros[index] = (performance.now() - sentAt) * 1_000
      const { error, seq } = answer.json<{ readonly seq: number; readonly error?: object }>()
      if (error !== undefined) throw new Error(JSON.stringify(error))
      sequences[organization] = seq
    }
  }
  await Promise.all(Array.from({ length: Math.min(inFlight, organizations) }, publisher))
  const sorted = micros.toSorted()
  return {
    seconds: (performance.now() - started) / 1_000,
    p50: sorted[count >> 1]!,
    p99: sorted[Math.floor(count * 0.99)]!
  }
}

await publishAll(warmUp)
await whenTold(() => publishAll(publishes))
await client.close()
