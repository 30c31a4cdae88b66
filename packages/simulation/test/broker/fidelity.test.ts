import { NatsConnection } from "@cim-domain/nats/NatsConnection"
import { parse } from "@cim-domain/nats/NatsUrl"
import { NatsServer } from "@cim-domain/nats/testing/NatsServer"
import { makeRandomness } from "@cim-domain/simulation/time/Randomness"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Result } from "effect"
import { randomScript, stream } from "./randomScript.ts"
import { perform, type ScriptMessage, type Step } from "./Script.ts"
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

const guarded = (subject: string, filter: string, seq: number, id: string): ScriptMessage => ({
  subject,
  headers: {
    "Nats-Msg-Id": id,
    "Nats-Expected-Last-Subject-Sequence": String(seq),
    "Nats-Expected-Last-Subject-Sequence-Subject": filter
  },
  body: id
})

const inBatch = (id: string, messages: ReadonlyArray<ScriptMessage>): Step => ({
  _tag: "Batch",
  messages: messages.map((message, index) => ({
    ...message,
    headers: {
      ...message.headers,
      "Nats-Batch-Id": id,
      "Nats-Batch-Sequence": String(index + 1),
      ...(index === messages.length - 1 ? { "Nats-Batch-Commit": "1" } : {})
    }
  }))
})

const update = (config: Readonly<Record<string, unknown>>): Step => ({
  _tag: "Api",
  subject: `STREAM.UPDATE.${stream}`,
  body: { name: stream, subjects: ["s.>"], storage: "file", allow_direct: true, allow_atomic: true, ...config }
})

const info: Step = { _tag: "Api", subject: `STREAM.INFO.${stream}` }
const publish = (subject: string, body: string): Step => ({ _tag: "Publish", message: { subject, body } })

/** Limits that are set while the stream is used, and what they forget or refuse. */
const limits: ReadonlyArray<Step> = [
  create(),
  ...["a.x", "a.y", "b.x", "a.x", "a.x", "b.x"].map((subject, index) => publish(`s.${subject}`, `${index}`)),
  update({ max_msgs_per_subject: 2 }),
  info,
  publish("s.a.x", "more"),
  info,
  update({ max_msgs_per_subject: 1 }),
  { _tag: "Direct", stream, body: { seq: 1, batch: 10 } },
  update({ max_msgs: 2 }),
  info,
  publish("s.c.x", "one"),
  { _tag: "Direct", stream, body: { multi_last: ["s.>"] } },
  update({ max_msgs: 3, discard: "new" }),
  publish("s.c.x", "two"),
  publish("s.c.x", "three"),
  inBatch("full", [{ subject: "s.c.x" }, { subject: "s.d.x" }]),
  update({ max_msgs: 100, discard: "new", max_bytes: 200 }),
  publish("s.c.x", "x".repeat(100)),
  info,
  update({ max_msg_size: 10 }),
  publish("s.c.x", "x".repeat(11)),
  publish("s.c.x", "x"),
  update({ allow_atomic: false }),
  inBatch("off", [{ subject: "s.c.x" }, { subject: "s.d.x" }]),
  update({ allow_direct: false }),
  { _tag: "Direct", stream, body: { last_by_subj: "s.c.x" }, isOne: true },
  update({ max_msgs: 1, duplicate_window: 1_000_000_000 }),
  info,
  { _tag: "Api", subject: "STREAM.CREATE.OTHER", body: { name: "OTHER", subjects: ["s.a.*"] } },
  create({ max_msgs: 7 }),
  { _tag: "Api", subject: "STREAM.INFO.NONE" },
  { _tag: "Api", subject: "STREAM.MSG.GET.NONE", body: { seq: 1 } },
  { _tag: "Api", subject: `STREAM.MSG.GET.${stream}`, raw: "{" },
  { _tag: "Direct", stream: "NONE", body: { seq: 1 }, isOne: true },
  publish("nobody.listens", "x"),
  { _tag: "Api", subject: `STREAM.DELETE.${stream}` },
  info,
  publish("s.a.x", "x"),
  create({ max_msgs: 7 }),
  info
]

/** What consumers deliver, as the adapter makes them. */
const consumers: ReadonlyArray<Step> = [
  create(),
  ...Array.from({ length: 6 }, (_, index): Step => ({
    _tag: "Publish",
    message: { subject: `s.a.${index % 2}`, body: `${index}`, headers: { "X-Number": String(index) } }
  })),
  { _tag: "Api", subject: `STREAM.MSG.DELETE.${stream}`, body: { seq: 3 } },
  ...[1, 2, 3, 6, 7].map((seq): Step => ({
    _tag: "Consume",
    stream,
    count: seq === 7 ? 1 : 6 - seq + (seq < 3 ? 0 : seq === 3 ? 0 : 1),
    config: {
      deliver_policy: "by_start_sequence",
      opt_start_seq: seq,
      ack_policy: "none",
      replay_policy: "instant",
      max_deliver: 1,
      flow_control: true,
      idle_heartbeat: 1_000_000_000,
      inactive_threshold: 30_000_000_000,
      mem_storage: true,
      num_replicas: 1
    }
  }))
]

describe("the simulated broker answers as a real one, one server", () => {
  for (const seed of [1, 2, 3, 4]) {
    it.live(
      `whatever is asked, seed ${seed}`,
      () => answersAlike([create(), ...randomScript(makeRandomness(seed, "script"), 400, true)], realServer, 1),
      { timeout: 20_000 }
    )
  }

  it.live("limits", () => answersAlike(limits, realServer, 1), { timeout: 20_000 })

  it.live("consumers", () => answersAlike(consumers, realServer, 1), { timeout: 20_000 })
})

const realCluster = Layer.unwrap(
  Effect.map(
    NatsServer.cluster(),
    ({ url }) => NatsConnection.layer({ url: Result.getOrThrow(parse(url)), name: "real" })
  )
)

/** What a leader says to appends that are on their way together. */
const inFlight: ReadonlyArray<Step> = [
  create({ num_replicas: 3 }),
  { _tag: "PublishAll", messages: [guarded("s.a.x", "s.a.>", 0, "1"), guarded("s.a.y", "s.a.>", 0, "2")] },
  // Another spelling of the guard is a hole in it.
  { _tag: "PublishAll", messages: [guarded("s.b.x", "s.b.>", 0, "3"), guarded("s.b.y", "s.b.*", 0, "4")] },
  { _tag: "PublishAll", messages: [guarded("s.c.x", "s.c.>", 0, "5"), guarded("s.d.x", "s.d.>", 0, "5")] },
  { _tag: "Publish", message: guarded("s.a.x", "s.a.>", 0, "1") },
  { _tag: "PublishAll", messages: [{ subject: "s.e.x", body: "6" }, guarded("s.e.y", "s.e.>", 0, "7")] },
  { _tag: "PublishAll", messages: [{ subject: "s.f.x", body: "8" }, guarded("s.f.x", "s.f.x", 0, "9")] },
  inBatch("b1", [guarded("s.g.x", "s.g.>", 0, "10"), guarded("s.h.x", "s.h.>", 0, "11")]),
  inBatch("b2", [guarded("s.g.x", "s.g.>", 0, "10"), guarded("s.h.x", "s.h.>", 0, "12")]),
  inBatch("b3", [guarded("s.i.x", "s.i.>", 0, "13"), guarded("s.i.x", "s.i.x", 0, "14")]),
  inBatch("b4", [guarded("s.i.x", "s.i.>", 0, "13"), guarded("s.i.y", "s.i.>", 0, "14")]),
  inBatch("b5", [guarded("s.j.x", "s.j.>", 0, "15"), guarded("s.i.y", "s.i.>", 0, "16")]),
  info
]

describe("the simulated broker answers as a real one, three servers", () => {
  for (const seed of [5, 6]) {
    it.live(
      `whatever is asked, seed ${seed}`,
      () =>
        answersAlike(
          [create({ num_replicas: 3 }), ...randomScript(makeRandomness(seed, "script"), 300, false)],
          realCluster,
          3
        ),
      { timeout: 60_000 }
    )
  }

  it.live("appends that are on their way together", () => answersAlike(inFlight, realCluster, 3), { timeout: 60_000 })
})
