import type { MsgHdrs } from "@nats-io/nats-core"
import { Effect } from "effect"
import { bytesOf, encodeHeaders, type HeaderRecord } from "../message/HeaderRecord.ts"
import { hasStatus } from "../message/HeaderValues.ts"
import type { NatsMessage } from "../message/NatsMessage.ts"
import { type Link, notConnected } from "./Link.ts"
import { fromClient, NatsError } from "./NatsError.ts"
import { noRoomFor } from "./noRoomFor.ts"
import type { Asker, Question } from "./RequestInbox.ts"

/** What a request carries besides its payload. */
export interface RequestOptions {
  readonly headers?: HeaderRecord | undefined
  /** How long to wait for the answer, in milliseconds. */
  readonly timeoutMillis: number
  /** Whether a message is the answer, called synchronously: others are passed over. By default the first one is. */
  readonly isAnswer?: ((message: NatsMessage) => boolean) | undefined
}

/** The messages of a many-message answer and the status that ended it. */
export interface ManyAnswer {
  readonly messages: ReadonlyArray<NatsMessage>
  /** Headers of the last message; `code` is 204 (end of batch), 404 (nothing), or an error. */
  readonly status: MsgHdrs
}

/** Asks on the connection of the moment, as a plain call. */
export const askBy = (link: Link, question: Question, asker: Asker): void => {
  const client = link.live()
  const { requests } = link
  if (client === undefined || requests === undefined) return asker.onError(notConnected)
  const noRoom = noRoomFor(client, question.payload.length)
  if (noRoom !== undefined) return asker.onError(noRoom)
  requests.ask(question, asker)
}

/** Asks, and is done with what `onAnswer` gives to `finish`, which is called with each answer until then. */
const ask = <A>(
  link: Link,
  subject: string,
  payload: Uint8Array | string,
  { headers, timeoutMillis }: RequestOptions,
  onAnswer: (message: NatsMessage, finish: (value: A) => void) => void
): Effect.Effect<A, NatsError> =>
  Effect.callback((resume) => {
    const question = attempt(subject, () => ({
      subject,
      payload: bytesOf(payload),
      headers: headers === undefined ? undefined : encodeHeaders(headers),
      timeoutMillis
    }))
    if (question instanceof NatsError) return resume(Effect.fail(question))
    const client = link.live()
    const inbox = link.requests
    if (client === undefined || inbox === undefined) return resume(Effect.fail(notConnected))
    const noRoom = noRoomFor(client, question.payload.length)
    if (noRoom !== undefined) return resume(Effect.fail(noRoom))
    let isDone = false
    const number = inbox.ask(question, {
      onAnswer: (message) => {
        onAnswer(message, (value) => {
          isDone = true
          resume(Effect.succeed(value))
        })
        return !isDone
      },
      onError: (error) => resume(Effect.fail(link.withSizes(error, sizeOf(question))))
    })
    return Effect.sync(() => inbox.giveUp(number))
  })

/** Asks, and waits for one answer. */
export const request = (
  link: Link,
  subject: string,
  payload: Uint8Array | string,
  options: RequestOptions
): Effect.Effect<NatsMessage, NatsError> =>
  ask(link, subject, payload, options, (message, finish) => {
    if (options.isAnswer === undefined || options.isAnswer(message)) finish(message)
  })

/** Asks, and collects answers until one carries a status. */
export const requestMany = (
  link: Link,
  subject: string,
  payload: Uint8Array | string,
  options: RequestOptions
): Effect.Effect<ManyAnswer, NatsError> =>
  Effect.suspend(() => {
    const messages: Array<NatsMessage> = []
    return ask<ManyAnswer>(link, subject, payload, options, (message, finish) => {
      if (hasStatus(message)) finish({ messages, status: message.headers! })
      else messages.push(message)
    })
  })

const sizeOf = ({ headers, payload }: Pick<Question, "headers" | "payload">): number =>
  payload.length + (headers?.length ?? 0)

/** What cannot be made does not reach the client. */
const attempt = <A>(subject: string, make: () => A): A | NatsError => {
  try {
    return make()
  } catch (error) {
    return fromClient(error, subject)
  }
}
