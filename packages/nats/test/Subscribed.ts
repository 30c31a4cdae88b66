import { NatsServer, type NatsServerOptions } from "@cim-domain/nats/testing/NatsServer"
import { assert } from "@effect/vitest"
import type { Msg, NatsConnection as Client } from "@nats-io/nats-core"
import { Deferred, Effect } from "effect"
import {
  CommandSubscription,
  type CommandSubscriptionOptions,
  type IncomingMessage,
  type Reply
} from "../src/commands/CommandSubscription.ts"
import { connection } from "./Broker.ts"

/** An answer in words. */
export const reply = (body: string, own: Record<string, string> = {}): Reply => ({ body, headers: own })
/** A body in words. */
export const text = (body: Uint8Array) => new TextDecoder().decode(body)

/** What a test wants to be different, and what takes its requests: an effect, or a callback. */
type Subscribed<R> = Partial<CommandSubscriptionOptions<R>> & {
  readonly handle?: (message: IncomingMessage) => Effect.Effect<Reply, never, R>
}

/** Runs the subscription and gives its fiber once the broker knows it. */
export const subscribed = Effect.fnUntraced(
  function*<R>({ handle = () => Effect.succeed(reply("taken")), ...options }: Subscribed<R>) {
    const ready = yield* Deferred.make<void>()
    const fiber = yield* Effect.forkChild(CommandSubscription.run({
      subject: "commands.>",
      queue: "replicas",
      maxInFlight: 4,
      take: CommandSubscription.takeBy(handle),
      overloaded: () => reply("overloaded"),
      defect: () => reply("defect"),
      onSubscribed: Effect.asVoid(Deferred.succeed(ready, undefined)),
      ...options
    }))
    yield* Deferred.await(ready)
    return fiber
  }
)

/** A request, and whatever answers it. */
export const ask = (client: Client, subject: string, body = "", options: { readonly timeout?: number } = {}) =>
  Effect.promise(() => client.request(subject, body, { timeout: 10_000, ...options }))

/** The answer in words; `nobody` when the broker says that nobody takes it. */
export const outcome = (client: Client, subject: string, body = "") =>
  Effect.promise(() =>
    client.request(subject, body, { timeout: 10_000 }).then(
      (answer) => answer.string(),
      (error) => String(error).includes("no responders") ? "nobody" : assert.fail(String(error))
    )
  )

/** Runs with a server of its own and a connection to it. */
export const withServer = <A, E, R>(
  test: (server: NatsServer) => Effect.Effect<A, E, R>,
  options: NatsServerOptions = {}
) =>
  Effect.gen(function*() {
    const server = yield* NatsServer.server(options)
    return yield* Effect.provide(test(server), connection(server.url))
  })

/** What an answer says. */
export const words = Effect.map((message: Msg) => message.string())
