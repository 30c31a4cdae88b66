/**
 * Keeps the dearest bodies that a command may have in flight until its standard input ends:
 * `node main.ts '{"url":…,"organizationId":…,"inFlight":…}'`. Each kind of body comes in turn.
 */
import { commandSubject } from "@cim-domain/organization"
import { hostileBodies } from "@cim-domain/organization/testing/hostileBodies"
import { connect, createInbox } from "@nats-io/transport-node"
import { once } from "node:events"

interface Attack {
  readonly url: string
  readonly organizationId: string
  readonly inFlight: number
}

const { inFlight, organizationId, url } = JSON.parse(process.argv[2] ?? "") as Attack
const client = await connect({ servers: url, noAsyncTraces: true })
const subject = commandSubject(organizationId, "UpdateOrganization")
const bodies = hostileBodies(organizationId).map(([, body]) => new TextEncoder().encode(body))
const inbox = createInbox()
let sent = 0
let answered = 0

const send = () => client.publish(subject, bodies[sent++ % bodies.length], { reply: `${inbox}.${sent}` })
client.subscribe(`${inbox}.*`, {
  callback: () => {
    answered += 1
    send()
  }
})
for (let index = 0; index < inFlight; index++) send()
process.stdout.write(`${JSON.stringify({ message: "ready" })}\n`)
process.stdin.resume()
process.stdin.on("data", () => process.stdout.write(`${JSON.stringify({ message: "answered", answered })}\n`))
await once(process.stdin, "end")
await client.close()
