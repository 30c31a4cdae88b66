import { NatsConnection } from "@cim-domain/nats/NatsConnection"
import type { NatsErrorReason } from "@cim-domain/nats/NatsError"
import { type CommandReply, decodeReply } from "@cim-domain/organization"
import { Effect, Result } from "effect"
import { Unanswered } from "./exitCodes.ts"
import { organizationCommand } from "./organizationCommand.ts"

const inWords = (reason: NatsErrorReason, server: string): string => {
  switch (reason._tag) {
    case "NoResponders":
      return `no replica of organization-service listens at ${server}`
    case "Unanswered":
      return "no answer in time: the command may or may not have taken effect"
    default:
      return reason.message
  }
}

/** Sends one message to the service and waits for the answer. Fails with `Unanswered` when none comes or none is readable. */
export const requestReply = Effect.fnUntraced(
  function*(subject: string, body: string, headers: Readonly<Record<string, string>>): Effect.fn.Return<
    CommandReply,
    Unanswered,
    NatsConnection | Effect.Services<typeof organizationCommand>
  > {
    const { main, url } = yield* NatsConnection
    const { timeout } = yield* organizationCommand
    const message = yield* main.request(subject, body, { headers, timeoutMillis: timeout * 1_000 }).pipe(
      Effect.mapError((error) => new Unanswered({ detail: inWords(error.reason, url) }))
    )
    const reply = decodeReply(message.string())
    return Result.isSuccess(reply)
      ? reply.success
      : yield* new Unanswered({
        detail: `the answer cannot be read; is this CLI older than the service? ${reply.failure[0]?.message}`
      })
  }
)
