import * as Client from "@cim-domain/commands/client/Client"
import { inMemoryTransport } from "@cim-domain/commands/replica/inMemoryTransport"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Result } from "effect"
import { CustomerId, Parcel, ParcelId } from "../src/testing/Parcel.ts"
import { uuidOf } from "../src/testing/valueArbitraries.ts"

/** A command about a parcel as somebody may send it, with `to` as JSON text. */
const read = (to: string) =>
  Parcel.reader.decodeCommandMessage({
    subject: Parcel.subjects.commandSubject(uuidOf(1), "MoveParcel"),
    body: new TextEncoder().encode(
      `{"command_type":"MoveParcel","parcel_id":"${uuidOf(1)}","to":${to},"unknown":"\\ud83d"}`
    ),
    header: () => undefined
  }, { acceptLegacySubjects: false, newId: () => uuidOf(2) })

const issues = (to: string) => {
  const result = read(to)
  return Result.isFailure(result) && result.failure.error._tag === "ValidationFailed"
    ? result.failure.error.details.issues
    : []
}
const halfAPair = "Expected well-formed Unicode, without half a surrogate pair"

describe("a command with fields of ordinary schemas", () => {
  it("holds no half of a surrogate pair, in texts that its own schema would take", () => {
    assert.deepStrictEqual(issues("{\"city\":\"Bad \\ud83d\",\"position\":null}"), [{
      path: "to.city",
      message: halfAPair
    }])
    assert.deepStrictEqual(issues("{\"city\":\"\\uDE00\\uD83D\",\"position\":null}"), [
      { path: "to.city", message: halfAPair }
    ])
    assert.isTrue(Result.isSuccess(read("{\"city\":\"\\ud83d\\ude00 \\\\ud83d\",\"position\":null}")))
  })

  it.effect("is not sent with one either", () =>
    Effect.gen(function*() {
      const { submit } = yield* Client.make(Parcel)
      const to = { city: "Bad \ud83d", position: null }
      const refused = yield* Effect.flip(
        submit("SendParcel", {
          parcel_id: ParcelId.make(uuidOf(1)),
          sender_id: CustomerId.make(uuidOf(2)),
          to,
          grams: 1
        })
      )
      assert(refused._tag === "CommandRefused" && refused.failure._tag === "ValidationFailed")
      assert.deepStrictEqual(refused.failure.details.issues, [{ path: "to.city", message: halfAPair }])
      assert.strictEqual(refused.attempts, 0)
    }).pipe(Effect.provide(inMemoryTransport(Parcel))))

  it("has no number -0, which JSON can say and does not keep", () => {
    for (const zero of ["-0", "-0.0", "-0e3"]) {
      const { command } = Result.getOrThrow(read(`{"city":"X-0","position":{"lat":${zero},"lng": ${zero}}}`))
      assert.deepStrictEqual(command.command_type === "MoveParcel" && command.to, {
        city: "X-0",
        position: { lat: 0, lng: 0 }
      })
    }
    const { command } = Result.getOrThrow(read(`{"city":"X","position":{"lat":-0.5,"lng":-7}}`))
    assert.deepStrictEqual(command.command_type === "MoveParcel" && command.to.position, { lat: -0.5, lng: -7 })
  })
})
