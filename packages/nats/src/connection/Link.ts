import type { NatsConnection as Client } from "@nats-io/nats-core"
import { Disconnected, MessageTooLarge, NatsError } from "./NatsError.ts"
import type { RequestInbox } from "./RequestInbox.ts"

/** Why nothing can be sent while there is no connection. */
export const notConnected = new NatsError({ reason: new Disconnected({ detail: "waiting for the broker" }) })

/**
 * Whether what is sent now goes out on a connection, or fails with it. A client counts as open for a while after its
 * transport broke and would put what it is given into a buffer that nobody sends, so its transport is asked as well.
 */
const isOpen = (client: Client | undefined): client is Client => {
  if (client === undefined || client.isClosed() || client.isDraining()) return false
  const { protocol } = client as { readonly protocol?: { readonly connected?: boolean } }
  return protocol?.connected !== false
}

/** The connection of the moment, and the requests on it. */
export class Link {
  client: Client | undefined
  requests: RequestInbox | undefined

  /** The client, if what is sent now goes out on its connection or fails with it. */
  live(): Client | undefined {
    return isOpen(this.client) ? this.client : undefined
  }

  /** Whether this client still is the one of the moment, and of use. */
  isLive(client: Client): boolean {
    return this.client === client && isOpen(client)
  }

  /** Largest message that the server takes, 0 when unknown. */
  maxPayload(): number {
    return this.client?.info?.max_payload ?? 0
  }

  /** A refusal for its size says neither size, if it is the client that refuses. */
  withSizes(error: NatsError, actualBytes: number): NatsError {
    if (error.reason._tag !== "MessageTooLarge" || error.reason.maxBytes > 0) return error
    return new NatsError({ reason: new MessageTooLarge({ maxBytes: this.maxPayload(), actualBytes }) })
  }
}
