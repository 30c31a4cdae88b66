import { Context, Effect, Layer } from "effect"
import { NatsConnection } from "../connection/NatsConnection.ts"
import type { NatsError } from "../connection/NatsError.ts"
import type { NatsSocket } from "../connection/NatsSocket.ts"

/** What an effect asked of the broker. */
export interface Measured<A> {
  readonly value: A
  /** Subjects of the requests, in order. */
  readonly requests: ReadonlyArray<string>
  /** How often a request was sent after an answer had come: requests side by side are one wait. */
  readonly waits: number
}

/**
 * Counts the requests that really go over a connection. Put {@link RoundTrips.layer} between the connection and what
 * uses it. Measure one thing at a time: everything that happens meanwhile is counted.
 */
export class RoundTrips extends Context.Service<RoundTrips, {
  readonly measure: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<Measured<A>, E, R>
}>()("@cim-domain/nats/testing/RoundTrips") {
  /** The connection of the layer below, counted. */
  static readonly layer: Layer.Layer<RoundTrips | NatsConnection, never, NatsConnection> = Layer.effectContext(
    Effect.gen(function*() {
      const connection = yield* NatsConnection
      let requests: Array<string> = []
      let waits = 0
      let answered = true

      const asked = (subject: string) => {
        requests.push(subject)
        if (answered) waits += 1
        answered = false
      }
      const done = () => {
        answered = true
      }
      const counted = <A>(subject: string, effect: Effect.Effect<A, NatsError>): Effect.Effect<A, NatsError> =>
        Effect.suspend(() => {
          asked(subject)
          return Effect.ensuring(effect, Effect.sync(done))
        })
      const wrap = (socket: NatsSocket): NatsSocket => ({
        ...socket,
        request: (subject, payload, options) => counted(subject, socket.request(subject, payload, options)),
        requestMany: (subject, payload, options) => counted(subject, socket.requestMany(subject, payload, options)),
        ask: (question, { onAnswer, onError }) => {
          asked(question.subject)
          socket.ask(question, {
            onAnswer: (message) => {
              done()
              return onAnswer(message)
            },
            onError: (error) => {
              done()
              onError(error)
            }
          })
        }
      })

      return Context.make(NatsConnection, { ...connection, main: wrap(connection.main), bulk: wrap(connection.bulk) })
        .pipe(
          Context.add(RoundTrips, {
            measure: (effect) =>
              Effect.suspend(() => {
                requests = []
                waits = 0
                answered = true
                return Effect.map(effect, (value) => ({ value, requests: [...requests], waits }))
              })
          })
        )
    })
  )
}
