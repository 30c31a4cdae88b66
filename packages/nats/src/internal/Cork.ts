import type { NatsConnection as Client } from "@nats-io/nats-core"

/** The stream below a client on TCP or TLS; a WebSocket has none. */
interface Corkable {
  readonly cork: () => void
  readonly uncork: () => void
}

const streamBelow = (client: Client): Corkable | undefined => {
  const { protocol } = client as {
    readonly protocol?: { readonly transport?: { readonly socket?: Partial<Corkable> } }
  }
  const stream = protocol?.transport?.socket
  return typeof stream?.cork === "function" && typeof stream.uncork === "function" ? stream as Corkable : undefined
}

/**
 * Makes what is called before each write of a client: it holds back what is written until this turn of the event loop is over,
 * so that it goes out in one system call. The client itself writes once for each piece that it reads, on whichever socket,
 * and writing is the dearest part of a command.
 */
export const makeCork = (client: Client): () => void => {
  const stream = streamBelow(client)
  if (stream === undefined) return () => undefined
  let corked = false
  const uncork = () => {
    corked = false
    stream.uncork()
  }
  return () => {
    if (corked) return
    corked = true
    stream.cork()
    setImmediate(uncork)
  }
}
