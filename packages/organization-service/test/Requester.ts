import { start } from "@cim-domain/event-sourcing"
import { EventStore } from "@cim-domain/event-sourcing/EventStore"
import { EventStream, JetStreamEventStore, NatsConnection, type NatsSocket, parseNatsUrl } from "@cim-domain/nats"
import { eventPrefix } from "@cim-domain/organization"
import { patiently } from "@cim-domain/testbed/eventually"
import { assert } from "@effect/vitest"
import { Context, Effect, Layer, Result, Schedule } from "effect"
import type { Said, Sent } from "./messages.ts"

interface ApiAnswer {
  readonly error?: unknown
  readonly config: Record<string, unknown>
  readonly cluster?: {
    readonly leader?: string
    readonly replicas?: ReadonlyArray<{ readonly name: string; readonly current: boolean; readonly lag?: number }>
  }
}

/** One try: the answer, or why none came: `NoResponders`, `Unanswered`, `Disconnected`. */
type Heard = Result.Result<Said, string>

/** Longest wait for one answer, in milliseconds. */
const patienceMillis = 1_500

/** A requester as all should be: it sends a command again, with the same id, until it is settled. */
export const makeRequester = Effect.fnUntraced(function*(
  url: string,
  options: { readonly credsFile?: string } = {}
) {
  const layer = JetStreamEventStore.layer().pipe(
    Layer.provide(EventStream.layer({ name: "ORGANIZATION_EVENTS", subjectPrefix: eventPrefix, readOnly: true })),
    Layer.provideMerge(NatsConnection.layer({
      url: Result.getOrThrow(parseNatsUrl(url)),
      name: "requester",
      giveUpAfter: "10 seconds",
      ...options
    }))
  )
  const context = yield* Layer.build(layer)
  const { main } = Context.get(context, NatsConnection)
  const store = Context.get(context, EventStore)

  /** The types of the events of an organization, whose versions must count from 1 without a gap. */
  const typesOf = Effect.fnUntraced(function*(id: string) {
    const { events } = yield* Effect.retry(store.read(id, Effect.succeed(start)), patiently())
    assert.deepStrictEqual(events.map(({ version }) => version), events.map((_, index) => index + 1))
    return events.map(({ type }) => type)
  })
  return { typesOf, ...requests(main), ...operations(main) }
})

const isOpen = (heard: Heard) => Result.isFailure(heard) || heard.success.failure?.retryable === true

/** What a requester does. */
const requests = (main: NatsSocket) => {
  const tryOnce = (sent: Sent): Effect.Effect<Heard> =>
    main.request(sent.subject, sent.body, { timeoutMillis: patienceMillis }).pipe(
      Effect.match({
        onSuccess: (answer) => Result.succeed(answer.json<Said>()),
        onFailure: ({ reason }) => Result.fail(reason._tag)
      })
    )

  /** What was heard before the last answer, and that answer. */
  const settle = Effect.fnUntraced(function*(sent: Sent) {
    const before: Array<string> = []
    const last = yield* Effect.suspend(() => tryOnce(sent)).pipe(
      Effect.flatMap((heard) =>
        Result.isSuccess(heard) && !isOpen(heard)
          ? Effect.succeed(heard.success)
          : Effect.fail(before.push(Result.isFailure(heard) ? heard.failure : heard.success.failure!.code))
      ),
      Effect.retry(patiently()),
      Effect.catch(() => Effect.die(new Error(`not settled in time: ${before.slice(-5).join(", ")}`)))
    )
    return { ...last, before }
  })

  /** Sends until the answer is this, and asserts that every other one may be followed by another try. */
  const until = (sent: Sent, expected: (heard: Heard) => boolean) =>
    Effect.suspend(() => tryOnce(sent)).pipe(
      Effect.filterOrFail(expected, (heard) => heard),
      Effect.tapError((heard) => Effect.sync(() => assert.isTrue(isOpen(heard), JSON.stringify(heard)))),
      Effect.retry(patiently()),
      Effect.orDie
    )
  return { tryOnce, settle, until }
}

/** What an operator does. */
const operations = (main: NatsSocket) => {
  const api = Effect.fnUntraced(function*(subject: string, body: unknown = {}) {
    const answer = yield* main.request(`$JS.API.${subject}`, JSON.stringify(body), { timeoutMillis: 5_000 })
    const json = answer.json<ApiAnswer>()
    return json.error === undefined ? json : yield* Effect.die(new Error(JSON.stringify(json.error)))
  })

  /** The name of the broker that leads the stream, once one does. */
  const leader = api("STREAM.INFO.ORGANIZATION_EVENTS").pipe(
    Effect.flatMap(({ cluster }) => cluster?.leader ? Effect.succeed(cluster.leader) : Effect.fail("no leader yet")),
    Effect.retry(patiently())
  )

  /** Moves the lead of the stream there, and waits for it. */
  const leadBy = Effect.fnUntraced(function*(name: string) {
    const moved = Effect.gen(function*() {
      const { cluster } = yield* api("STREAM.INFO.ORGANIZATION_EVENTS")
      if (cluster?.leader === name) return
      // One that lags behind cannot lead, and never catches up when the others elect without end.
      const wanted = cluster?.replicas?.find((replica) => replica.name === name)
      if (wanted?.current === true && (wanted.lag ?? 0) === 0) {
        yield* api("STREAM.LEADER.STEPDOWN.ORGANIZATION_EVENTS", { placement: { preferred: name } })
      }
      return yield* Effect.fail("not moved yet")
    })
    // An election takes its time: who asks for the next one meanwhile gets no leader at all.
    yield* Effect.retry(
      Effect.catchDefect(moved, Effect.fail),
      Schedule.spaced("250 millis").pipe(Schedule.upTo({ duration: "30 seconds" }))
    )
  })
  return { api, leader, leadBy }
}

/** Whether the answer has this code. */
export const hasCode = (code: string) => (heard: Heard) =>
  Result.isSuccess(heard) && heard.success.failure?.code === code

/** Whether no answer came, for this reason. */
export const failedWith = (reason: string) => (heard: Heard) => Result.isFailure(heard) && heard.failure === reason
