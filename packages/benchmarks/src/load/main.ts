/** Sends commands and measures the answers: `node main.ts '<load as JSON>'`. */
import { connect } from "@nats-io/transport-node"
import { whenTold } from "../programs/whenTold.ts"
import { encodeCommands } from "./encodeCommands.ts"
import type { Load } from "./Load.ts"
import { sendAll } from "./sendAll.ts"

const load = JSON.parse(process.argv[2] ?? "") as Load
const client = await connect({ servers: load.url, noAsyncTraces: true })
const commands = encodeCommands(load)
await sendAll(client, commands.slice(0, load.warmUp), load.pace)
const measured = commands.slice(load.warmUp)
await whenTold(() => sendAll(client, measured, load.pace))
await client.close()
