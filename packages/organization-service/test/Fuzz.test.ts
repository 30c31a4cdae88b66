import { EventStore, SnapshotStore } from "@cim-domain/event-sourcing"
import { organizationEventCodec } from "@cim-domain/organization"
import { assert, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer, Random, Stream } from "effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { message, type Said } from "./messages.ts"
import { makeReplica } from "./program.ts"
import { readSettings } from "./program.ts"

/** Bodies sent; FUZZ_RUNS makes it more or less. */
const runs = Number(process.env["FUZZ_RUNS"] ?? 100_000)

const golden = readFileSync(join(import.meta.dirname, "../../organization/test/golden/commands.jsonl"), "utf8")
  .trim()
  .split("\n")

type Json = null | boolean | number | string | Array<Json> | { [key: string]: Json }

/** Values that have broken parsers before. */
const nasty: ReadonlyArray<Json> = [
  null,
  true,
  -1,
  1e308,
  2 ** 53,
  0.5,
  "",
  " ",
  "\u0000",
  "\ud800",
  "😀".repeat(150),
  "0198c0de-0000-7000-8000-000000000001",
  "2025-02-30T00:00:00Z",
  [],
  {},
  { id: null },
  { Other: "" },
  [[[[]]]],
  { constructor: { prototype: {} } }
]

/** Chance, drawn at once: there are millions of draws. */
interface Draws {
  /** A whole number from 0 up to, but not including, `bound`. */
  readonly below: (bound: number) => number
  readonly pick: <A>(values: ReadonlyArray<A>) => A
}

const draws = Effect.map(Random.Random, (random): Draws => {
  const below = (bound: number) => Math.floor(random.nextDoubleUnsafe() * bound)
  return { below, pick: (values) => values[below(values.length)]! }
})

const keysOf = (value: Json): ReadonlyArray<string> =>
  typeof value === "object" && value !== null ? Object.keys(value) : []

/** Changes one place of a JSON value, at any depth: removes it, replaces it, renames it, or swaps it with another. */
const mutate = (value: Json, draws: Draws): Json => {
  const { below, pick } = draws
  const keys = keysOf(value)
  if (keys.length === 0 || typeof value !== "object" || value === null) return pick(nasty)
  const key = pick(keys)
  const copy = structuredClone(value) as { [key: string]: Json }
  switch (below(6)) {
    case 0:
      delete copy[key]
      return copy
    case 1:
      copy[key] = pick(nasty)
      return copy
    case 2:
      copy[`${key}_`] = copy[key]!
      return copy
    case 3:
      copy[key] = copy[pick(keys)]!
      return copy
    default:
      copy[key] = mutate(copy[key]!, draws)
      return copy
  }
}

/** Damages bytes of a text: flips, cuts, repeats. */
const damage = (text: string, { below }: Draws): Uint8Array => {
  const bytes = new TextEncoder().encode(text)
  const at = below(bytes.length)
  switch (below(3)) {
    case 0:
      bytes[at] = below(256)
      return bytes
    case 1:
      return bytes.subarray(0, at)
    default:
      return new Uint8Array([...bytes.subarray(0, at), ...bytes.subarray(Math.floor(at / 2))])
  }
}

const subjects = [
  "organization.commands.create",
  "organization.commands.new.create_organization",
  "organization.commands.0198c0de-0000-7000-8000-000000000001",
  "organization.commands.0198c0de-0000-7000-8000-000000000001.update_organization",
  "organization.commands.",
  "organization.commands.*.>"
]

const headerValues = [
  "",
  "true",
  "7",
  "-1",
  "nonsense",
  "0198c0de-1000-7000-8000-00000000abcd",
  "\u0007",
  "x".repeat(300)
]
const headerNames = ["X-Dry-Run", "X-Expected-Version", "X-Actor", "X-Correlation-ID", "Nats-Msg-Id", "traceparent"]

const goldenOrganization = "0198c0de-0000-7000-8000-000000000001"

/** The n-th message. Every hundred go to an organization of their own, because most do not outlive many. */
const generate = (n: number, draws: Draws) => {
  const { below, pick } = draws
  const organization = `0198c0de-0000-7000-9000-${Math.floor(n / 100).toString(16).padStart(12, "0")}`
  const line = n % 100 === 0 ? golden[0]! : pick(golden)
  const parsed = JSON.parse(line.replaceAll(goldenOrganization, organization)) as {
    command_type: string
    [key: string]: Json
  }
  // Each is a command of its own, not a repetition.
  parsed["identity"] = null
  const token = parsed.command_type.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase()
  if (n % 100 === 0) {
    return { sent: { subject: `organization.commands.${token}`, body: JSON.stringify(parsed) }, headers: {} }
  }
  const kind = below(10)
  let value: Json = parsed
  if (kind > 1) value = mutate(value, draws)
  if (kind > 6) value = mutate(value, draws)
  const text = kind === 9 ? damage(JSON.stringify(value), draws) : JSON.stringify(value)
  const subject = below(2) === 0 ? `organization.commands.${token}` : pick(subjects)
  const headers = below(4) === 0 ? { [pick(headerNames)]: pick(headerValues) } : {}
  return { sent: { subject, body: text }, headers }
}

it.live(
  `${runs} random and mutated messages: every one is answered, and every event that comes of it can be read`,
  () =>
    Effect.gen(function*() {
      const settings = yield* Effect.provide(readSettings, ConfigProvider.layer(ConfigProvider.fromEnv({ env: {} })))
      const replica = yield* makeReplica(settings)
      const chance = yield* draws
      const outcomes = new Map<string, number>()
      for (let n = 0; n < runs; n++) {
        const { headers, sent } = generate(n, chance)
        const said = JSON.parse((yield* replica.answer(message(sent, headers))).body) as Said
        const outcome = said.outcome ?? said.failure?.code ?? "NONE"
        assert.notInclude(["NONE", "INTERNAL"], outcome, `${sent.subject} ${String(sent.body)}`)
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
      }
      const store = yield* EventStore
      const applied = outcomes.get("applied") ?? 0
      const opaque = yield* store.follow(0).pipe(
        Stream.take(applied),
        Stream.filter((event) => organizationEventCodec.decode(event).event_type === "Opaque"),
        Stream.runCount
      )
      assert.strictEqual(opaque, 0)
      assert.isAbove(applied, runs / 100 - 1)
      for (const code of ["VALIDATION_FAILED", "MALFORMED_MESSAGE", "SUBJECT_MISMATCH", "UNKNOWN_COMMAND_TYPE"]) {
        assert.isAbove(outcomes.get(code) ?? 0, 0, code)
      }
    }).pipe(
      Random.withSeed(process.env["FUZZ_SEED"] ?? "organization"),
      Effect.provide(Layer.mergeAll(EventStore.layerMemory, SnapshotStore.layerMemory))
    ),
  { timeout: 300_000 }
)
