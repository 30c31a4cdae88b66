import { type NatsConnection as Client, PermissionViolationError, type Status } from "@nats-io/nats-core"
import { Effect, Fiber, Ref } from "effect"
import { textOf } from "./connectFailure.ts"
import type { LogOnChange } from "./LogOnChange.ts"
import { fromClient } from "./NatsError.ts"

/** Follows one client until it closes; gives the reason in words. */
export const followClient = (client: Client, logger: LogOnChange, inboxPrefix: string): Effect.Effect<string> =>
  Effect.gen(function*() {
    const last = yield* Ref.make<string | undefined>(undefined)
    let refused = false
    const events = yield* Effect.forkChild(
      Effect.forEach([client.status()], (iterator) =>
        forEachStatus(iterator, (event) =>
          Effect.gen(function*() {
            // The client says so of every connection that it ends itself, one that the broker refuses included.
            if (event.type === "staleConnection" && refused) return
            const text = describe(event, inboxPrefix)
            if (text === undefined) return
            // What the client says once a connection is over is how it noticed; the broker knows why.
            const words = event.type === "error" ? event.error.message : text
            const ends = event.type === "error"
              ? !(event.error instanceof PermissionViolationError)
              : event.type !== "slowConsumer"
            if (ends) yield* Ref.set(last, words)
            if (event.type !== "error") return yield* logger.log("Warn", text)
            refused = fromClient(event.error, "").reason._tag === "AuthenticationRefused"
            yield* logger.log("Error", text)
          })))
    )
    const error = yield* Effect.promise(() => client.closed())
    yield* Fiber.interrupt(events)
    return (yield* Ref.get(last)) ?? (error instanceof Error ? textOf(error) : "the server closed it")
  })

const forEachStatus = (
  iterable: AsyncIterable<Status>,
  f: (event: Status) => Effect.Effect<void>
): Effect.Effect<void> =>
  Effect.suspend(() => {
    const iterator = iterable[Symbol.asyncIterator]()
    const next: Effect.Effect<void> = Effect.flatMap(
      Effect.promise(() => iterator.next()),
      (result) => result.done === true ? Effect.void : Effect.andThen(f(result.value), next)
    )
    return next
  })

const describe = (event: Status, inboxPrefix: string): string | undefined => {
  switch (event.type) {
    case "error":
      // A refused reply names the inbox of the requester, another one each time.
      return `the broker reports: ${
        event.error.message.split(/(?=["'\s])|(?<=["'\s])/).map((word) =>
          word.startsWith(`${inboxPrefix}.`) ? `${inboxPrefix}.…` : word
        ).join("")
      }`
    case "ldm":
      return `${event.server} is about to shut down (lame duck mode)`
    case "staleConnection":
      return "the broker no longer answers pings"
    case "slowConsumer":
      return "messages arrive faster than they are taken"
    default:
      return undefined
  }
}
