/** A collector that throws away what it gets: says where it listens, and once it is told to how many spans there were. */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { whenTold } from "../programs/whenTold.ts"

let spans = 0

const server = createServer((request, response) => {
  const chunks: Array<Buffer> = []
  request.on("data", (chunk: Buffer) => chunks.push(chunk)).on("end", () => {
    const body = Buffer.concat(chunks)
    for (let at = body.indexOf("\"spanId\""); at !== -1; at = body.indexOf("\"spanId\"", at + 1)) spans += 1
    response.end("{}")
  })
})
await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve))
const { port } = server.address() as AddressInfo
process.stdout.write(`${JSON.stringify({ message: "listening", url: `http://127.0.0.1:${port}` })}\n`)
await whenTold(() => Promise.resolve({ spans }))
server.close()
server.closeAllConnections()
