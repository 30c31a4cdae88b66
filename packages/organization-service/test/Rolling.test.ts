import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { eventually } from "@cim-domain/testbed/eventually"
import type { Program } from "@cim-domain/testbed/Program"
import { startReadyReplica } from "@cim-domain/testbed/startReplica"
import { assert, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { ask, connectionTo } from "./Client.ts"
import { command, creation, newId, type Said } from "./messages.ts"

const requesters = 12

/** Answers that requesters get before the next replica is told to stop. */
const answersBetween = 100

/** Asks, one command after the other and none of them twice, for as long as `goesOn`. Fails with the first that gets no answer. */
const requester = Effect.fnUntraced(function*(goesOn: () => boolean, answers: Array<Said>) {
  const id = newId()
  answers.push(yield* ask(creation(id)))
  for (let n = 0; goesOn(); n++) {
    answers.push(yield* ask(command("UpdateOrganization", id, { description: `No. ${n}` })))
  }
})

const stop = Effect.fnUntraced(function*(replica: Program) {
  assert.strictEqual(yield* replica.stop, 0)
  return Number((yield* replica.logged("stopped")).annotations["commands"])
})

/**
 * Every replica is told to stop and replaced, one after the other, while requesters ask that never ask again.
 * Requesters and replicas are connected to the servers in turn.
 */
const rolling = Effect.fnUntraced(function*(urls: ReadonlyArray<string>) {
  const urlOf = (n: number) => urls[n % urls.length]!
  const replicas = yield* Effect.forEach([0, 1, 2], (n) => startReadyReplica({ NATS_URL: urlOf(n) }), {
    concurrency: 3
  })
  const answers: Array<Said> = []
  let goesOn = true
  const asking = yield* Effect.forkChild(
    Effect.forEach(
      urls,
      (_, n) =>
        Effect.forEach(
          Array.from({ length: requesters / urls.length }),
          () => requester(() => goesOn, answers),
          { concurrency: "unbounded", discard: true }
        ).pipe(Effect.provide(connectionTo(urlOf(n + 1)))),
      { concurrency: "unbounded", discard: true }
    )
  )
  let handled = 0
  for (const [n, replica] of replicas.entries()) {
    const enough = answers.length + answersBetween
    yield* eventually(
      "enough answers",
      Effect.sync(() => answers.length >= enough || asking.pollUnsafe() !== undefined)
    )
    handled += yield* stop(replica)
    replicas[n] = yield* startReadyReplica({ NATS_URL: urlOf(n) })
  }
  goesOn = false
  yield* Fiber.join(asking)
  for (const replica of replicas) handled += yield* stop(replica)
  assert.deepStrictEqual(answers.filter((said) => said.outcome !== "applied"), [])
  assert.isAbove(answers.length, 3 * answersBetween)
  assert.strictEqual(handled, answers.length)
})

it.live("replicas are replaced one after the other under load, and no request fails", () =>
  Effect.gen(function*() {
    const { servers } = yield* NatsServer.cluster({ advertise: false })
    yield* rolling(servers.map(({ url }) => url))
  }), { timeout: 120_000 })
