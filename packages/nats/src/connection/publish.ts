import { Effect } from "effect"
import { bytesOf, clientHeaders, encodeHeaders, type HeaderRecord } from "../message/HeaderRecord.ts"
import { type Link, notConnected } from "./Link.ts"
import { fromClient, type NatsError } from "./NatsError.ts"
import { noRoomFor } from "./noRoomFor.ts"

/** What a message carries besides its payload. */
export interface PublishOptions {
  readonly headers?: HeaderRecord | undefined
  readonly reply?: string | undefined
}

/** Sends at once, with headers as they go out; gives why it could not be sent, if so. */
export const send = (
  link: Link,
  subject: string,
  payload: Uint8Array,
  headers: Uint8Array | undefined
): NatsError | undefined => {
  const client = link.live()
  if (client === undefined) return notConnected
  const noRoom = noRoomFor(client, payload.length)
  if (noRoom !== undefined) return noRoom
  try {
    client.publish(subject, payload, headers === undefined ? {} : { headers: clientHeaders(headers) })
    return undefined
  } catch (error) {
    return link.withSizes(fromClient(error, subject), payload.length + (headers?.length ?? 0))
  }
}

/** Sends without an answer. */
export const publish = (
  link: Link,
  subject: string,
  payload: Uint8Array | string,
  options?: PublishOptions
): Effect.Effect<void, NatsError> =>
  Effect.suspend(() => {
    const client = link.live()
    if (client === undefined) return Effect.fail(notConnected)
    const noRoom = noRoomFor(client, payload.length)
    if (noRoom !== undefined) return Effect.fail(noRoom)
    try {
      client.publish(subject, bytesOf(payload), {
        ...(options?.headers === undefined ? {} : { headers: clientHeaders(encodeHeaders(options.headers)) }),
        ...(options?.reply === undefined ? {} : { reply: options.reply })
      })
      return Effect.void
    } catch (error) {
      const bytes = bytesOf(payload).length + (options?.headers === undefined ? 0 : headerBytes(options.headers))
      return Effect.fail(link.withSizes(fromClient(error, subject), bytes))
    }
  })

/** Bytes that headers take on the wire: `NATS/1.0`, one line each, an empty line. */
const headerBytes = (headers: HeaderRecord): number => {
  let bytes = 12
  for (const name in headers) bytes += name.length + Buffer.byteLength(headers[name]!) + 4
  return bytes
}
