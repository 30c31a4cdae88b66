import { CommandTransport } from "@cim-domain/event-sourcing/CommandTransport"
import {
  CommandTooLarge,
  CommandUnsendable,
  NobodyListens,
  NotConnected,
  PermissionRefused,
  TransportError,
  type TransportErrorReason,
  TransportFailed,
  Unanswered
} from "@cim-domain/event-sourcing/TransportError"
import { Duration, Effect, Layer } from "effect"
import { NatsConnection } from "../connection/NatsConnection.ts"
import type { NatsErrorReason } from "../connection/NatsError.ts"
import { unsendable } from "./unsendable.ts"

const transportReason = (reason: NatsErrorReason, subject: string): TransportErrorReason => {
  switch (reason._tag) {
    case "Disconnected":
    case "Unreachable":
      return new NotConnected({ detail: reason.message })
    case "NoResponders":
      return new NobodyListens({ subject })
    case "Unanswered":
      return new Unanswered({ detail: reason.detail })
    // The connection was ended while the command was under way.
    case "AuthenticationRefused":
    case "TlsRefused":
      return new Unanswered({ detail: reason.message })
    case "PermissionRefused":
      // Who may not listen for answers may have asked all the same.
      return new PermissionRefused({ detail: reason.message, mayHaveTakenEffect: reason.operation !== "publish" })
    case "MessageTooLarge":
      return new CommandTooLarge({ maxBytes: reason.maxBytes, actualBytes: reason.actualBytes })
    default:
      return new TransportFailed({ detail: reason.message })
  }
}

/**
 * Commands as NATS requests; a namespace for its `layer`. Nothing waits for a connection: while there is none a command
 * fails at once with `NotConnected`.
 */
export const NatsCommandTransport: {
  readonly layer: Layer.Layer<CommandTransport, never, NatsConnection>
} = {
  layer: Layer.effect(
    CommandTransport,
    Effect.map(NatsConnection, ({ main }) =>
      CommandTransport.of({
        request: ({ body, headers, subject }, timeout) => {
          const why = unsendable({ headers, subject })
          if (why !== undefined) {
            return Effect.fail(new TransportError({ reason: new CommandUnsendable({ detail: why }) }))
          }
          return main.request(subject, body, {
            headers,
            timeoutMillis: Math.max(1, Math.ceil(Duration.toMillis(timeout)))
          }).pipe(
            Effect.map((message) => message.string()),
            Effect.mapError(({ reason }) => new TransportError({ reason: transportReason(reason, subject) }))
          )
        }
      }))
  )
}
