import { parseNatsUrl } from "@cim-domain/nats"
import { NatsConnection } from "@cim-domain/nats/NatsConnection"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { Context, Effect, Layer, Result } from "effect"

/** A request as it came to a service that is not there. */
export interface Request {
  readonly subject: string
  readonly body: string
  /** Its header `Nats-Msg-Id`. */
  readonly id: string | undefined
}

/** A broker with something in the place of a replica that notes requests and answers as it is told. */
export class Requests extends Context.Service<Requests, {
  readonly url: string
  /** Answers from now on; `null` means not at all. Gives the requests since. */
  readonly answer: (reply: (request: Request, index: number) => object | null) => ReadonlyArray<Request>
}>()("@cim-domain/organization-cli/test/Requests") {
  static readonly layer = Layer.effect(
    Requests,
    Effect.gen(function*() {
      const { url } = yield* NatsServer.server({ jetstream: false })
      const { main } = yield* Effect.map(
        Layer.build(NatsConnection.layer({ url: Result.getOrThrow(parseNatsUrl(url)), name: "requests" })),
        Context.get(NatsConnection)
      )
      let requests: Array<Request> = []
      let reply: (request: Request, index: number) => object | null = () => null
      yield* main.subscribe({
        subject: "organization.commands.>",
        onMessage: (message) => {
          const id = message.headers?.get("Nats-Msg-Id")
          const request = { subject: message.subject, body: message.string(), id: id === "" ? undefined : id }
          requests.push(request)
          const answer = reply(request, requests.length - 1)
          if (answer !== null) message.respond(JSON.stringify(answer))
        },
        onEnd: () => undefined,
        resubscribe: true
      })
      yield* main.flush
      return Requests.of({
        url,
        answer: (next) => {
          reply = next
          requests = []
          return requests
        }
      })
    })
  )
}
