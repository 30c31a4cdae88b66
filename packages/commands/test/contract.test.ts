import { inMemoryTransport } from "@cim-domain/commands/replica/inMemoryTransport"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit } from "effect"
import { acceptances } from "../src/testing/contract/acceptances.ts"
import { type AnyExamples, ContractSubject } from "../src/testing/contract/ContractSubject.ts"
import { refusals } from "../src/testing/contract/refusals.ts"
import { Parcel, parcelExamples } from "../src/testing/Parcel.ts"

/** What the tests of the contract say that fail with these examples, by name. */
const failures = (examples: AnyExamples) => {
  const subject = new ContractSubject(Parcel, examples)
  return Effect.forEach(
    [...acceptances(subject), ...refusals(subject)],
    ([name, test]) =>
      Effect.map(Effect.exit(test), (exit) => ({
        name,
        why: Exit.isFailure(exit) ? (Cause.squash(exit.cause) as Error).message : ""
      }))
  ).pipe(
    Effect.map((all) => all.filter(({ why }) => why !== "")),
    Effect.provide(inMemoryTransport(Parcel))
  )
}

const deliver = { command_type: "DeliverParcel", at: { city: "Gdańsk", position: null }, signed_by: "Zoë" }

describe("an example that a service does not apply", () => {
  it.live("is named, with why it was refused, where several come at once", () =>
    Effect.gen(function*() {
      // Only the first delivery is one.
      const failed = yield* failures({ ...parcelExamples, changes: () => deliver })
      const { why } = failed.find(({ name }) => name.startsWith("commands that come at once"))!
      assert.match(
        why,
        /the example `changes\([1-4]\)`, DeliverParcel, was refused with PARCEL_IS_DELIVERED: The parcel/
      )
    }))

  it.live("is named in each test that needs it", () =>
    Effect.gen(function*() {
      const changes = () => parcelExamples.begins
      const failed = yield* failures({ ...parcelExamples, changes })
      const named = failed.filter(({ why }) =>
        /the example `changes\(\d\)`, SendParcel, was refused with PARCEL/.test(why)
      )
      assert.isAtLeast(named.length, 7, failed.map(({ name, why }) => `${name}: ${why}`).join("\n"))
    }))

  it.live("is named where it begins nothing", () =>
    Effect.gen(function*() {
      const failed = yield* failures({ ...parcelExamples, begins: deliver })
      assert.isTrue(failed.some(({ why }) => /the example `begins`, DeliverParcel, was refused with/.test(why)))
    }))
})
