import { NatsConnection, parseNatsUrl } from "@cim-domain/nats"
import { patiently } from "@cim-domain/testbed/eventually"
import { Effect, Layer, Result } from "effect"
import type { Said, Sent } from "./messages.ts"

/** A connection to a test server. */
export const connectionTo = (url: string) =>
  NatsConnection.layer({ url: Result.getOrThrow(parseNatsUrl(url)), name: "test", giveUpAfter: "10 seconds" }).pipe(
    Layer.orDie
  )

/** Sends one command and reads the answer. */
export const ask = Effect.fnUntraced(function*(sent: Sent, headers: Readonly<Record<string, string>> = {}) {
  const { main } = yield* NatsConnection
  const answer = yield* main.request(sent.subject, sent.body, { headers, timeoutMillis: 5_000 })
  return answer.json<Said>()
})

/** Sends the same command, with the same id, until somebody settles it. */
export const askUntilSettled = (sent: Sent) =>
  ask(sent).pipe(
    Effect.filterOrFail((said) => said.failure?.retryable !== true, () => "retryable" as const),
    Effect.retry(patiently())
  )
