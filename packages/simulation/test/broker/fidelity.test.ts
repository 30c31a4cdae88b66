import { NatsConnection } from "@cim-domain/nats/NatsConnection"
import { parse } from "@cim-domain/nats/NatsUrl"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { makeRandomness } from "@cim-domain/simulation/time/Randomness"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Result } from "effect"
import { randomScript, stream } from "./randomScript.ts"
import { perform, type Step } from "./Script.ts"
import { connectionTo, liveBroker } from "./SimulatedStores.ts"

const realServer = Layer.unwrap(
  Effect.map(
    NatsServer.server(),
    ({ url }) => NatsConnection.layer({ url: Result.getOrThrow(parse(url)), name: "real" })
  )
)

const run = (steps: ReadonlyArray<Step>) =>
  Effect.flatMap(NatsConnection, (connection) => Effect.forEach(steps, (step) => perform(connection, step)))

/** Where two answers differ. */
const differences = (real: unknown, simulated: unknown, path = ""): ReadonlyArray<string> => {
  if (typeof real !== "object" || typeof simulated !== "object" || real === null || simulated === null) {
    return real === simulated ? [] : [`${path}: ${JSON.stringify(real)} and not ${JSON.stringify(simulated)}`]
  }
  const keys = new Set([...Object.keys(real), ...Object.keys(simulated)])
  return [...keys].flatMap((key) =>
    differences((real as Record<string, unknown>)[key], (simulated as Record<string, unknown>)[key], `${path}.${key}`)
  )
}

/** The same by both, and the same answers. */
const answersAlike = Effect.fnUntraced(function*(
  steps: ReadonlyArray<Step>,
  real: Layer.Layer<NatsConnection, unknown>,
  size: 1 | 3
) {
  const expected = yield* Effect.provide(run(steps), real)
  const found = yield* Effect.provide(run(steps), connectionTo(liveBroker(size)))
  const different = steps.flatMap((step, index) => {
    const all = differences(expected[index], found[index])
    return all.length === 0 ? [] : [`${index}: ${JSON.stringify(step)} → ${all.join("; ")}`]
  })
  assert.strictEqual(different.slice(0, 12).join("\n"), "")
})

const create = (config: Readonly<Record<string, unknown>> = {}): Step => ({
  _tag: "Api",
  subject: `STREAM.CREATE.${stream}`,
  body: { name: stream, subjects: ["s.>"], storage: "file", allow_direct: true, allow_atomic: true, ...config }
})

describe("the simulated broker answers as a real one, one server", () => {
  for (const seed of [1, 2, 3, 4]) {
    it.live(
      `whatever is asked, seed ${seed}`,
      () => answersAlike([create(), ...randomScript(makeRandomness(seed, "script"), 400, true)], realServer, 1),
      { timeout: 20_000 }
    )
  }
})
