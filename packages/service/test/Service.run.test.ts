import { Parcel } from "@cim-domain/commands/testing/Parcel"
import { NatsConnection } from "@cim-domain/nats"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { Service } from "@cim-domain/service"
import { assert, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Logger, Schedule } from "effect"
import { connectionTo, settingsFor } from "./onBroker.ts"
import { Tally } from "./Tally.ts"

const soon = Schedule.spaced("20 millis").pipe(Schedule.upTo({ duration: "20 seconds" }))

/** A command to a parcel that nobody has sent. */
const move = {
  subject: "parcel.commands.0198c0de-0000-7000-8000-000000000001.move_parcel",
  body: JSON.stringify({
    command_type: "MoveParcel",
    parcel_id: "0198c0de-0000-7000-8000-000000000001",
    to: { city: "Łódź", position: null }
  })
}

/** What the service answers, once it is there. */
const answered = Effect.gen(function*() {
  const { main } = yield* NatsConnection
  const answer = yield* Effect.retry(main.request(move.subject, move.body, { timeoutMillis: 5_000 }), soon)
  return answer.json<{ readonly failure: { readonly code: string } }>().failure.code
})

it.live("a replica that cannot go on ends the program that runs it, and those beside it", () =>
  Effect.gen(function*() {
    const { url } = yield* NatsServer.server()
    const program = Effect.all([Service.run(Parcel), Service.run(Tally)], { concurrency: "unbounded" })
    const running = yield* Effect.forkChild(Effect.provide(program, [settingsFor(url), Logger.layer([])]))
    yield* Effect.gen(function*() {
      assert.strictEqual(yield* answered, "PARCEL_NOT_FOUND")
      const { main } = yield* NatsConnection
      yield* main.request("$JS.API.STREAM.DELETE.PARCEL_EVENTS", "", { timeoutMillis: 5_000 })
      assert.strictEqual(yield* answered, "STORE_UNAVAILABLE")
    }).pipe(Effect.provide(connectionTo(url)))
    const exit = yield* Effect.timeout(Fiber.await(running), "20 seconds")
    assert.isTrue(Exit.isFailure(exit))
  }), 60_000)

it.live("bad settings end it at once", () =>
  Effect.gen(function*() {
    const error = yield* Effect.flip(Effect.provide(Service.run(Parcel), settingsFor("nowhere:")))
    assert.strictEqual(error._tag, "BadSettings")
  }))
