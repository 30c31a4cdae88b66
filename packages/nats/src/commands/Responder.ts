import type { Trouble, TroubleLog } from "@cim-domain/event-sourcing/TroubleLog"
import { Cause, type Effect, Exit } from "effect"
import * as LogOnChange from "../connection/LogOnChange.ts"
import type { NatsError } from "../connection/NatsError.ts"
import type { HeaderRecord, NatsMessage, NatsSocket } from "../connection/NatsSocket.ts"
import * as HeaderText from "../message/HeaderText.ts"
import type { IncomingMessage, Reply } from "./IncomingMessage.ts"

/** Sends the answers to requests. Neither throws: that would end the reader of the client, and the connection would be deaf. */
export interface Responder {
  /** What a request came to; nothing is sent when it was interrupted. */
  readonly answer: (message: NatsMessage, incoming: IncomingMessage, exit: Exit.Exit<Reply>) => void
  /** At ten times the load that can be served nine of ten requests come here: no fiber, no span, no log line. */
  readonly refuse: (message: NatsMessage, incoming: IncomingMessage) => void
}

/** As `CommandSubscription` is given them. */
interface ResponderOptions {
  readonly noAnswersTo?: ReadonlyArray<string> | undefined
  readonly overloaded: (message: IncomingMessage) => Reply
  readonly defect: (message: IncomingMessage) => Reply
}

/** Answers over the connection that requests come on: permissions to answer hold for that. */
export const makeResponder = (
  socket: NatsSocket,
  { defect, noAnswersTo = [], overloaded }: ResponderOptions,
  { fork, found }: Pick<TroubleLog, "found"> & { readonly fork: (log: Effect.Effect<void>) => void }
): Responder => {
  const logger = LogOnChange.make()
  const forbidden = ["$", ...noAnswersTo.map((prefix) => `${prefix}.`)]
  const forbiddenBy = (to: string): string | undefined => forbidden.find((prefix) => to.startsWith(prefix))

  const send = (message: NatsMessage, incoming: IncomingMessage, reply: Reply): void => {
    const to = message.reply
    if (to === undefined || to === "") return
    const prefix = forbiddenBy(to)
    if (prefix !== undefined) {
      fork(logger.log("Warn", `a requester wants its answer on ${prefix}…, where none is sent`))
      return
    }
    let [body, headers] = encode(reply)
    const bytes = body.length + headers.length
    const max = socket.maxPayload()
    if (max > 0 && bytes > max) {
      fork(found(tooLarge(message.subject, bytes)))
      ;[body, headers] = encode(defect(incoming))
    }
    const unsent = socket.send(to, body, headers)
    if (unsent === undefined) return
    fork(found(unsentOn(message.subject, unsent)))
  }

  const guarded = (message: NatsMessage, run: () => void): void => {
    try {
      run()
    } catch (thrown) {
      fork(found({
        key: `unmade ${nameOf(thrown)}`,
        level: "Error",
        message: `an answer on ${message.subject} could not be made`,
        cause: Cause.die(thrown),
        over: (count) => `${count} answers could not be made (${nameOf(thrown)})`
      }))
    }
  }

  return {
    answer: (message, incoming, exit) =>
      guarded(message, () => {
        if (Exit.isSuccess(exit)) return send(message, incoming, exit.value)
        if (Cause.hasInterruptsOnly(exit.cause)) return
        const name = nameOf(Cause.squash(exit.cause))
        fork(found({
          key: `died ${name}`,
          level: "Error",
          message: `handling ${message.subject} died`,
          cause: exit.cause,
          over: (count) => `the handling of ${count} requests died (${name})`
        }))
        send(message, incoming, defect(incoming))
      }),
    refuse: (message, incoming) =>
      guarded(message, () => {
        const to = message.reply
        if (to === undefined || to === "" || forbiddenBy(to) !== undefined) return
        const [body, headers] = encode(overloaded(incoming))
        // Without a connection nobody is waiting for it any more.
        socket.send(to, body, headers)
      })
  }
}

const tooLarge = (subject: string, bytes: number): Trouble => ({
  key: "too large",
  level: "Warn",
  message: `an answer of ${bytes} bytes on ${subject} is more than the broker accepts`,
  over: (count) => `${count} answers were more than the broker accepts`
})

const unsentOn = (subject: string, { message, reason }: NatsError): Trouble => ({
  key: `unsent ${reason._tag}`,
  level: "Warn",
  message: `an answer on ${subject} could not be sent: ${message}`,
  over: (count) => `${count} answers could not be sent (${reason._tag})`
})

/** What tells defects apart, as far as that may stand in a log for each of them: the rest of a message may name a request. */
const nameOf = (defect: unknown): string => defect instanceof Error ? defect.name : typeof defect

const encode = ({ body, headers }: Reply): readonly [body: Uint8Array, headers: Uint8Array] => {
  let lines = "NATS/1.0\r\n"
  for (const name in headers) lines = `${lines}${name}: ${valueOf(headers, name)}\r\n`
  return [Buffer.from(body), Buffer.from(`${lines}\r\n`)]
}

/** Tracing systems do not decode, and a percent sign may stand in what they say. */
const valueOf = (headers: HeaderRecord, name: string): string => {
  const value = headers[name]!
  return name === "tracestate" && /^[\x20-\x7E]*$/.test(value) ? value : HeaderText.encode(value)
}
