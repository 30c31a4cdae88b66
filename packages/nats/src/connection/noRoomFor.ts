import type { NatsConnection as Client } from "@nats-io/nats-core"
import { Busy, NatsError } from "./NatsError.ts"

/** Bytes that may wait in this process, on one connection, for a broker that takes them slowly. */
export const outboundBytesMax = 64 * 1024 * 1024

/** What the client keeps, and what the socket under it does: the client writes on without waiting for either. */
interface Outbound {
  readonly protocol?: {
    readonly outbound?: { readonly size?: () => number }
    readonly transport?: { readonly socket?: { readonly writableLength?: number; readonly bufferedAmount?: number } }
  }
}

const outboundBytes = (client: Client): number => {
  const { outbound, transport } = (client as Outbound).protocol ?? {}
  const { bufferedAmount, writableLength } = transport?.socket ?? {}
  return (outbound?.size?.() ?? 0) + (writableLength ?? bufferedAmount ?? 0)
}

/** Why so many bytes more cannot be sent now, `undefined` when they can. Nothing that waits is in the way of what comes first. */
export const noRoomFor = (client: Client, bytes: number): NatsError | undefined => {
  const waiting = outboundBytes(client)
  return waiting === 0 || waiting + bytes <= outboundBytesMax
    ? undefined
    : new NatsError({ reason: new Busy({ detail: `${waiting} bytes are on their way to it` }) })
}
