import type { EventReference } from "@cim-domain/event-sourcing/Event"
import { makeAggregateId } from "@cim-domain/event-sourcing/testing/eventStoreContract"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { makeTcpProxy } from "@cim-domain/nats/testing/TcpProxy"
import { eventually } from "@cim-domain/testbed/eventually"
import { assert, layer } from "@effect/vitest"
import { headers } from "@nats-io/nats-core"
import { Context, Effect, Fiber, Layer } from "effect"
import { api, operator, prefix, streamName } from "./Broker.ts"
import { makeWriter, write } from "./Diary.ts"

/**
 * An append whose acknowledgement does not come may be stored, or not, or be stored later. Whatever it was: it has one
 * effect, and whoever sends the command again until it is settled is told where that is.
 */

/** Servers with the stream, and a writer whose lines to them are never broken. */
class Brokers extends Context.Service<Brokers, {
  readonly servers: ReadonlyArray<NatsServer>
  readonly other: Effect.Success<ReturnType<typeof makeWriter>>
}>()("@cim-domain/nats/test/AmbiguousAppends.test/Brokers") {}

const patient = { ackTimeout: 5_000, timeout: 20_000 }
const hasty = { ackTimeout: 150, timeout: 350 }

const withServers = Effect.fnUntraced(function*(servers: ReadonlyArray<NatsServer>) {
  return { servers, other: yield* makeWriter(servers.map(({ url }) => url).join(","), patient) }
})

const oneBroker = Layer.effect(Brokers, Effect.flatMap(NatsServer.server(), (server) => withServers([server])))
const threeBrokers = Layer.effect(
  Brokers,
  Effect.flatMap(NatsServer.cluster({ advertise: false }), ({ servers }) => withServers(servers))
)

/** A writer with a line to one broker, a history that it remembers, and a command that it has not sent. */
const setUp = Effect.fnUntraced(function*(pages: number, patience: typeof patient, broker = 0) {
  const { servers } = yield* Brokers
  const line = yield* makeTcpProxy(servers[broker]!.clientPort)
  const own = yield* makeWriter(`nats://127.0.0.1:${line.port}`, patience)
  const id = makeAggregateId()
  const first = write(2)
  return { line, own, id, before: [yield* settled(own, id, first)], command: write(pages, 4_000) }
})

const hasEvents = <A extends { readonly _tag: string }>(
  outcome: A
): outcome is A & { readonly events: ReadonlyArray<EventReference> } =>
  outcome._tag === "Applied" || outcome._tag === "Duplicate"

type Told = ReadonlyArray<{
  readonly command: ReturnType<typeof write>
  readonly events: ReadonlyArray<EventReference>
}>

/** That the history is what was told: each command once, whole, in this order, and nothing besides. */
const assertHistory = Effect.fnUntraced(function*(id: string, told: Told) {
  const { other } = yield* Brokers
  const pages = yield* other.pages(id)
  assert.deepStrictEqual(pages.map(({ reference }) => reference), told.flatMap(({ events }) => events))
  assert.deepStrictEqual(
    pages.map(({ commandId }) => commandId),
    told.flatMap(({ command }) => Array.from({ length: command.pages }, () => command.id))
  )
  assert.deepStrictEqual(pages.map(({ reference }) => reference.version), pages.map((_, index) => index + 1))
})

/** What somebody is told who sends the command until it is settled: where it took effect. */
const settled = Effect.fnUntraced(function*(
  writer: Brokers["Service"]["other"],
  id: string,
  command: ReturnType<typeof write>
) {
  const outcome = yield* writer.settle(id, command)
  assert.isTrue(hasEvents(outcome))
  return { command, tag: outcome._tag, events: hasEvents(outcome) ? outcome.events : [] }
})

/** That a command sent once is answered with what says: send it again. */
const assertOpen = Effect.fnUntraced(function*(
  writer: Brokers["Service"]["other"],
  id: string,
  command: ReturnType<typeof write>
) {
  const error = yield* Effect.flip(writer.tryOnce(id, command))
  assert.deepInclude(error, { _tag: "StoreError", isRetryable: true })
})

const defaultWindowNanos = 120_000_000_000
const shortestWindowNanos = 100_000_000

const anOperator = Effect.flatMap(Brokers, ({ servers }) => operator(servers.map(({ url }) => url)))

/** Makes the broker remember message ids for so long. */
const duplicateWindow = (nanos: number) =>
  Effect.scoped(Effect.gen(function*() {
    const client = yield* anOperator
    const { config } = (yield* api(client, `STREAM.INFO.${streamName}`)) as { config: object }
    yield* api(client, `STREAM.UPDATE.${streamName}`, { ...config, duplicate_window: nanos })
  }))

/** Waits until the broker has forgotten a message id, and so all that it heard before. */
const windowHasPassed = Effect.scoped(Effect.gen(function*() {
  const client = yield* anOperator
  const own = headers()
  own.set("Nats-Msg-Id", makeAggregateId())
  const isDuplicate = Effect.promise(async () => {
    const answer = await client.request(`${prefix}.nobody.page`, "{}", { headers: own, timeout: 5_000 })
    return answer.json<{ duplicate?: boolean }>().duplicate === true
  })
  yield* isDuplicate
  yield* eventually("the id is forgotten", Effect.map(isDuplicate, (still) => !still))
}))

for (const [where, onBrokers] of [["one broker", oneBroker], ["three brokers", threeBrokers]] as const) {
  layer(onBrokers, { timeout: "60 seconds", excludeTestServices: true })(`an ambiguous append on ${where}`, (it) => {
    for (const [what, pages] of [["one event", 1], ["three events", 3]] as const) {
      it.effect(`${what}, stored, acknowledgement lost: the answer is applied and says where`, () =>
        Effect.gen(function*() {
          const { before, command, id, line, own } = yield* setUp(pages, patient)
          const { other } = yield* Brokers
          yield* line.holdAnswers
          const answering = yield* Effect.forkChild(settled(own, id, command), { startImmediately: true })
          yield* eventually("it is stored", Effect.map(other.pages(id), (all) => all.length === 2 + pages))
          yield* line.cut
          yield* line.heal
          const told = yield* Fiber.join(answering)
          assert.strictEqual(told.tag, "Applied")
          yield* assertHistory(id, [...before, told])
        }))

      it.effect(`${what}, stored, acknowledgement late: open until then, and a duplicate for whoever has not heard of it`, () =>
        Effect.gen(function*() {
          const { before, command, id, line, own } = yield* setUp(pages, hasty)
          const { other } = yield* Brokers
          // From now on it remembers the history without the command.
          yield* settled(other, id, before[0]!.command)
          yield* line.holdAnswers
          yield* assertOpen(own, id, command)
          const told = yield* settled(other, id, command)
          assert.strictEqual(told.tag, "Duplicate")
          yield* line.heal
          assert.deepStrictEqual((yield* settled(own, id, command)).events, told.events)
          yield* assertHistory(id, [...before, told])
        }))

      it.effect(`${what}, not stored because it was lost on its way: applied once, by the same command`, () =>
        Effect.gen(function*() {
          const { before, command, id, line, own } = yield* setUp(pages, patient)
          yield* line.holdRequests
          const answering = yield* Effect.forkChild(settled(own, id, command), { startImmediately: true })
          yield* eventually("it is on its way", line.isHolding)
          yield* line.cut
          yield* line.heal
          const told = yield* Fiber.join(answering)
          assert.strictEqual(told.tag, "Applied")
          yield* assertHistory(id, [...before, told])
        }))

      for (const remembers of [true, false]) {
        const window = remembers ? "within" : "beyond"
        it.effect(
          `${what}, arriving after another replica has carried out the command, ${window} the broker's duplicate window: not stored again`,
          () =>
            Effect.gen(function*() {
              const { before, command, id, line, own } = yield* setUp(pages, hasty)
              const { other } = yield* Brokers
              if (!remembers) yield* duplicateWindow(shortestWindowNanos)
              yield* line.holdRequests
              yield* assertOpen(own, id, command)
              const told = yield* settled(other, id, command)
              const next = yield* settled(other, id, write(1))
              assert.deepStrictEqual([told.tag, next.tag], ["Applied", "Applied"])
              if (!remembers) yield* windowHasPassed
              yield* line.heal
              // It goes the same way as what was held up, and after it.
              const last = yield* settled(own, id, write(pages))
              yield* assertHistory(id, [...before, told, next, last])
              assert.deepStrictEqual(yield* settled(own, id, command), { ...told, tag: "Duplicate" })
            }).pipe(Effect.ensuring(duplicateWindow(defaultWindowNanos)))
        )
      }

      it.effect(`${what}, arriving while another replica carries out the command: one of them stores it, both say where`, () =>
        Effect.gen(function*() {
          const { before, id, line, own } = yield* setUp(pages, patient)
          const { other } = yield* Brokers
          const all = [...before]
          for (let round = 0; round < 4; round++) {
            const command = write(pages)
            yield* line.holdRequests
            const answering = yield* Effect.forkChild(settled(own, id, command), { startImmediately: true })
            yield* eventually("it is on its way", line.isHolding)
            const [, told] = yield* Effect.all([line.heal, settled(other, id, command)], { concurrency: 2 })
            assert.deepStrictEqual((yield* Fiber.join(answering)).events, told.events)
            all.push(told)
            yield* assertHistory(id, all)
          }
        }))

      it.effect(`${what}, cut off anywhere: all of it is stored or nothing, and once`, () =>
        Effect.gen(function*() {
          const { before, id, line, own } = yield* setUp(pages, patient)
          const all = [...before]
          for (const share of [0.02, 0.3, 0.6, 0.9, 0.97, 1.05]) {
            const command = write(pages, 4_000)
            yield* line.cutAfter(Math.round(share * pages * 4_800))
            const answering = yield* Effect.forkChild(settled(own, id, command), { startImmediately: true })
            yield* eventually(
              "it is cut off, or through",
              Effect.map(
                own.connection.status,
                ({ _tag }) => _tag === "Disconnected" || answering.pollUnsafe() !== undefined
              )
            )
            yield* line.heal
            all.push(yield* Fiber.join(answering))
          }
          yield* assertHistory(id, all)
        }))
    }

    it.effect(
      "to a leader that is paused and goes on later: one effect, whoever led meanwhile",
      () =>
        Effect.gen(function*() {
          const { other, servers } = yield* Brokers
          const client = yield* operator(servers.map(({ url }) => url))
          const info = (yield* api(client, `STREAM.INFO.${streamName}`)) as { cluster?: { leader: string } }
          const leader = info.cluster === undefined ? 0 : Number(info.cluster.leader.slice(1)) - 1
          const histories = yield* Effect.forEach([1, 3], (pages) => setUp(pages, hasty, (leader + 1) % servers.length))
          yield* servers[leader]!.pause
          yield* Effect.forEach(histories, ({ command, id, own }) => assertOpen(own, id, command), { concurrency: 2 })
          const settling = yield* Effect.forkChild(
            Effect.forEach(histories, ({ command, id, own }) => settled(own, id, command), { concurrency: 2 })
          )
          // Two others elect a new leader. One that is alone must come back first.
          const told = servers.length === 1
            ? yield* Effect.andThen(servers[leader]!.resume, Fiber.join(settling))
            : yield* Effect.tap(Fiber.join(settling), () => servers[leader]!.resume)
          for (const [index, { before, id }] of histories.entries()) {
            const next = yield* settled(other, id, write(1))
            yield* assertHistory(id, [...before, told[index]!, next])
          }
        }),
      60_000
    )
  })
}
