// Before the tests of each file: chance is the same in every run, so that a run fails for what was changed and never by
// accident. `LAW_SEED=anything npm test` looks elsewhere.
import { Effect, Random } from "effect"
import { beforeEach } from "vitest"

const chance = Effect.runSync(Random.Random)

beforeEach(({ task }) => {
  // By name, so that a test draws the same alone and among others.
  const seed = `${process.env["LAW_SEED"] ?? ""} ${task.name}`
  Object.assign(chance, Effect.runSync(Random.withSeed(Random.Random, seed)))
})
