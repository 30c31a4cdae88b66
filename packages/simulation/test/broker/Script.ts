import type { NatsConnection } from "@cim-domain/nats/NatsConnection"
import type { NatsMessage, NatsSocket } from "@cim-domain/nats/NatsSocket"
import { Deferred, Effect } from "effect"

/** A message of a script. */
export interface ScriptMessage {
  readonly subject: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** One thing that a client does. */
export type Step =
  | { readonly _tag: "Api"; readonly subject: string; readonly body?: unknown; readonly raw?: string }
  | { readonly _tag: "Publish"; readonly message: ScriptMessage }
  /** All at once, without waiting in between. */
  | { readonly _tag: "PublishAll"; readonly messages: ReadonlyArray<ScriptMessage> }
  /** The last one is asked for, the others are only sent. */
  | { readonly _tag: "Batch"; readonly messages: ReadonlyArray<ScriptMessage> }
  | { readonly _tag: "Direct"; readonly stream: string; readonly body: unknown; readonly isOne?: boolean }
  /** What a consumer delivers in the first moments, with an ordered consumer's settings. */
  | {
    readonly _tag: "Consume"
    readonly stream: string
    readonly config: Readonly<Record<string, unknown>>
    readonly count: number
  }

const passing = /^(created|ts|time|first_ts|last_ts|last_active)$/

/** An answer of the API without what is different each time. */
const withoutTimes = (value: unknown): unknown =>
  typeof value !== "object" || value === null
    ? value
    : Array.isArray(value)
    ? value.map(withoutTimes)
    : Object.fromEntries(
      Object.entries(value).flatMap(([key, inner]) =>
        passing.test(key) ? [] : [[key, key === "cluster" ? shapeOf(inner) : withoutTimes(inner)]]
      )
    )

/** Which server leads is chance, and how far the others are. */
const shapeOf = ({ leader, replicas }: { readonly leader?: string; readonly replicas?: ReadonlyArray<unknown> }) => ({
  hasLeader: leader !== undefined,
  others: replicas?.length ?? 0
})

const textOf = (bytes: Uint8Array | undefined): string =>
  bytes === undefined ? "" : Buffer.from(bytes).toString("latin1")

/** Headers as they came, but for times. */
const headersOf = (message: NatsMessage): string => {
  const { _msg, _rdata } = message as unknown as {
    readonly _msg: { readonly hdr: number }
    readonly _rdata: Uint8Array
  }
  return _msg.hdr <= 0 ? "" : textOf(_rdata.subarray(0, _msg.hdr)).replace(/(Nats-Time-Stamp): [^\r]*/g, "$1: …")
}

const answerOf = (message: NatsMessage): unknown => {
  const text = message.string()
  try {
    return { headers: headersOf(message), json: withoutTimes(JSON.parse(text)) }
  } catch {
    return { headers: headersOf(message), text }
  }
}

const timeoutMillis = 2_000

const outcome = <A>(effect: Effect.Effect<A, { readonly reason: object }>): Effect.Effect<unknown> =>
  Effect.match(effect, { onSuccess: (value) => value, onFailure: ({ reason }) => ({ failure: { ...reason } }) })

const ask = (socket: NatsSocket, { body = "", headers, subject }: ScriptMessage) =>
  outcome(Effect.map(socket.request(subject, body, { headers, timeoutMillis }), answerOf))

const consume = Effect.fnUntraced(function*(
  socket: NatsSocket,
  { config, count, stream }: Extract<Step, { readonly _tag: "Consume" }>
) {
  const inbox = yield* socket.inbox
  const got: Array<unknown> = []
  const all = yield* Deferred.make<void>()
  yield* socket.subscribe({
    subject: inbox,
    resubscribe: false,
    onEnd: () => {},
    onMessage: (message) => {
      // `$JS.ACK.<stream>.<consumer>.<deliveries>.<position>.<count>.<time>.<pending>`
      const reply = (message.reply ?? "").split(".").map((token, index) => index === 3 || index === 7 ? "…" : token)
        .join(".")
      got.push({
        subject: message.subject === inbox ? "inbox" : message.subject,
        reply,
        headers: headersOf(message),
        body: message.string()
      })
      if (got.length === count) Deferred.doneUnsafe(all, Effect.void)
    }
  })
  const name = `c${inbox.split(".").at(-1)}`
  const body = JSON.stringify({
    stream_name: stream,
    action: "create",
    config: { ...config, name, deliver_subject: inbox }
  })
  yield* Effect.orDie(socket.request(`$JS.API.CONSUMER.CREATE.${stream}.${name}`, body, { timeoutMillis }))
  yield* Effect.timeoutOption(Deferred.await(all), "3 seconds")
  return got
}, Effect.scoped)

/** Does one thing and gives what was answered. */
export const perform = ({ bulk, main }: NatsConnection["Service"], step: Step): Effect.Effect<unknown> => {
  switch (step._tag) {
    case "Api":
      return ask(main, {
        subject: `$JS.API.${step.subject}`,
        body: step.raw ?? (step.body === undefined ? "" : JSON.stringify(step.body))
      })
    case "Publish":
      return ask(main, step.message)
    case "PublishAll":
      return Effect.forEach(step.messages, (message) => ask(main, message), { concurrency: "unbounded" })
    case "Batch":
      return Effect.gen(function*() {
        for (const { body = "", headers, subject } of step.messages.slice(0, -1)) {
          yield* Effect.orDie(main.publish(subject, body, { headers: headers ?? {} }))
        }
        return yield* ask(main, step.messages.at(-1)!)
      })
    case "Direct": {
      const [subject, body] = [`$JS.API.DIRECT.GET.${step.stream}`, JSON.stringify(step.body)]
      return step.isOne === true
        ? ask(bulk, { subject, body })
        : outcome(Effect.map(
          bulk.requestMany(subject, body, { timeoutMillis }),
          ({ messages, status }) => ({
            messages: messages.map((message) => ({ headers: headersOf(message), body: message.string() })),
            status: [status.code, status.description, ...status.keys().map((key) => [key, status.get(key)])]
          })
        ))
    }
    case "Consume":
      return Effect.orDie(consume(main, step))
  }
}
