import { uuidV7 } from "@cim-domain/commands/testing/uuidV7"
import type { NatsMessage, NatsSocket } from "@cim-domain/nats"
import { Effect, type Scope } from "effect"
import { randomBytes } from "node:crypto"

/** What became of commands, counted. Each ends as exactly one of the counts after `sent`. */
export interface Told {
  readonly sent: number
  readonly ok: number
  /** Of those the commands to small organizations. */
  readonly okSmall: number
  readonly overloaded: number
  /** The broker said at once that nobody takes commands at the moment. */
  readonly untaken: number
  /** Other answers that say "send it again". */
  readonly retryable: number
  /** Answers that should not be: these commands are all good. */
  readonly refused: number
  /** No answer within the patience of the requester. */
  readonly unanswered: number
  /** Milliseconds until an answer `ok`. */
  readonly okMillis: Percentiles
  /** Milliseconds until any other answer. */
  readonly otherMillis: Percentiles
}

/** Of a sample; 0 when there was none. */
export interface Percentiles {
  readonly p50: number
  readonly p99: number
}

/** Many requesters that share a connection. None of them sends a command again. */
export interface Requesters {
  /** Sends so many commands, at least one, without waiting for answers. */
  readonly send: (count: number) => Effect.Effect<void>
  /** Commands that are neither answered nor given up. */
  readonly waiting: () => number
  readonly told: () => Told
}

/** What is sent. */
export interface LoadCommand {
  readonly subject: string
  readonly body: string
  /** Whether the organization is a small one. */
  readonly isSmall: boolean
}

/** How to ask. */
export interface RequestersOptions {
  readonly socket: NatsSocket
  /** The command of a number, under an id of its own. */
  readonly commandOf: (n: number, commandId: string) => LoadCommand
  readonly patienceMillis: number
}

const samplesMax = 20_000
const sweepMillis = 100

/** Begins to listen for answers. Ends with the scope. */
export const makeRequesters = Effect.fnUntraced(
  function*(
    { commandOf, patienceMillis, socket }: RequestersOptions
  ): Effect.fn.Return<Requesters, never, Scope.Scope> {
    const inbox = yield* socket.inbox
    const since = new Map<string, { readonly sentAt: number; readonly isSmall: boolean }>()
    const random = randomBytes(10)
    const counts = { sent: 0, ok: 0, okSmall: 0, overloaded: 0, untaken: 0, retryable: 0, refused: 0, unanswered: 0 }
    const okMillis = makeSample()
    const otherMillis = makeSample()

    const onMessage = (message: NatsMessage) => {
      const asked = since.get(message.subject)
      if (asked === undefined) return
      const { isSmall, sentAt } = asked
      since.delete(message.subject)
      const kind = kindOf(message)
      counts[kind]++
      if (kind === "ok" && isSmall) counts.okSmall++
      ;(kind === "ok" ? okMillis : otherMillis).add(performance.now() - sentAt)
    }

    const giveUp = Effect.sync(() => {
      const before = performance.now() - patienceMillis
      for (const [subject, { sentAt }] of since) {
        if (sentAt > before) break
        since.delete(subject)
        counts.unanswered++
      }
    })

    const sendOne = Effect.suspend(() => {
      const n = counts.sent++
      const reply = `${inbox}.${n}`
      random.writeUInt32BE(n, 6)
      const { body, isSmall, subject } = commandOf(n, uuidV7(Date.now(), random))
      since.set(reply, { sentAt: performance.now(), isSmall })
      // What cannot be sent ends as unanswered.
      return Effect.ignore(socket.publish(subject, body, { reply }))
    })

    yield* Effect.orDie(
      socket.subscribe({ subject: `${inbox}.*`, resubscribe: true, onMessage, onEnd: () => undefined })
    )
    yield* Effect.forkScoped(Effect.forever(Effect.andThen(Effect.sleep(sweepMillis), giveUp)))
    yield* Effect.ignore(socket.flush)
    return {
      send: (count) => Effect.asVoid(Effect.repeat(sendOne, { times: count - 1 })),
      waiting: () => since.size,
      told: () => ({ ...counts, okMillis: okMillis.percentiles(), otherMillis: otherMillis.percentiles() })
    }
  }
)

const kindOf = (message: NatsMessage): "ok" | "overloaded" | "untaken" | "retryable" | "refused" => {
  if (message.headers?.code === 503) return "untaken"
  const text = message.string()
  if (text.startsWith("{\"status\":\"ok\"")) return "ok"
  if (text.includes("\"code\":\"OVERLOADED\"")) return "overloaded"
  return text.includes("\"retryable\":true") ? "retryable" : "refused"
}

const makeSample = () => {
  const list: Array<number> = []
  let seen = 0
  return {
    add: (value: number) => {
      seen++
      if (list.length < samplesMax) list.push(value)
      else if (Math.random() < samplesMax / seen) list[Math.floor(Math.random() * samplesMax)] = value
    },
    percentiles: (): Percentiles => {
      const sorted = list.toSorted((left, right) => left - right)
      const at = (share: number) => Math.round(sorted[Math.floor(sorted.length * share)] ?? 0)
      return { p50: at(0.5), p99: at(0.99) }
    }
  }
}
