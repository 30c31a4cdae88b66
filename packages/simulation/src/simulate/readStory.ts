import { Result, Schema } from "effect"
import { readFileSync } from "node:fs"
import type { Scenario } from "../scenario/Scenario.ts"

const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

/** What a scenario cannot be run without; what faults are made of is left to them. */
const Kept = Schema.Struct({
  seed: Count,
  luck: Count,
  brokers: Schema.Literals([1, 3]),
  replicas: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 10 })),
  requesters: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100 })),
  commands: Schema.Array(Schema.Struct({
    at: Schema.Finite,
    requester: Count,
    by: Schema.Literals(["client", "request"]),
    subject: Schema.String,
    headers: Schema.Record(Schema.String, Schema.String),
    body: Schema.String,
    commandId: Schema.String,
    organizationId: Schema.String,
    patience: Schema.NonEmptyArray(Schema.Finite)
  })),
  faults: Schema.Array(Schema.Struct({
    at: Schema.Finite,
    kind: Schema.Literals(["crash", "restart", "freeze", "slow", "jump", "cut", "hold", "wire", "broker"])
  })),
  settings: Schema.Struct({
    commandTimeoutMillis: Count,
    snapshotEvery: Count,
    cacheCapacity: Count,
    maxInFlight: Count,
    newer: Schema.Array(Count)
  })
})

const decode = Schema.decodeUnknownResult(Kept)

/** Reads the file of a scenario that was kept; gives what is wrong with it, in words. */
export const readStory = (file: string): Result.Result<Scenario, string> => {
  const attempt = <A>(run: () => A, wrong: string) =>
    Result.try({
      try: run,
      catch: (error) => `${file} ${wrong}: ${error instanceof Error ? error.message : String(error)}`
    })
  return attempt(() => readFileSync(file, "utf8"), "cannot be read").pipe(
    Result.flatMap((text) => attempt((): unknown => JSON.parse(text), "is no JSON")),
    Result.flatMap((json) =>
      Result.mapBoth(decode(json), {
        onFailure: ({ message }) => `${file} is no scenario: ${message}`,
        // What is beside it is kept.
        onSuccess: () => json as Scenario
      })
    )
  )
}
