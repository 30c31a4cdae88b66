import type { BrokerFault } from "@cim-domain/simulation/broker/faults/BrokerFault"
import { injectFault } from "@cim-domain/simulation/broker/faults/injectFault"
import { SimulatedBroker } from "@cim-domain/simulation/broker/SimulatedBroker"
import { makeTimeline } from "@cim-domain/simulation/time/makeTimeline"
import { makeRandomness, type Randomness } from "@cim-domain/simulation/time/Randomness"
import { describe, expect, it } from "vitest"
import { RawClient } from "./RawClient.ts"

const stream = "S"
const aggregates = ["a", "b", "c", "d"]

/** Faults that a broker gets over without breaking a promise. */
const drawFault = (randomness: Randomness): BrokerFault => {
  const millis = randomness.between(10, 20_000)
  const node = randomness.pick([-1, 0, 1, 2])
  const count = 1 + randomness.below(5)
  return randomness.pick<BrokerFault>([
    { _tag: "MessagesLost", kind: randomness.pick(["Publish", "Acknowledgement"]), count },
    { _tag: "MessagesLate", kind: randomness.pick(["Publish", "Acknowledgement"]), count, millis },
    { _tag: "MessagesDoubled", kind: randomness.pick(["Publish", "Acknowledgement"]), count, millis },
    { _tag: "PublishesRefused", stream, count, code: randomness.pick([10_008, 10_164, 10_176, 10_210]) },
    { _tag: "PublishesStalled", stream, millis },
    { _tag: "CopyLags", stream, node, millis },
    { _tag: "LeaderElected", stream, millis: randomness.between(0, 5_000) },
    { _tag: "NodeKilled", stream, node, millis },
    { _tag: "NodeIsolated", stream, node, millis, noticedAfter: randomness.between(0, 5_000) },
    { _tag: "NodeSlow", stream, node, millis, factor: randomness.between(1, 100) },
    { _tag: "ConnectionsCut", client: randomness.pick(["", "w1", "w2"]) },
    { _tag: "ConnectionsHeld", client: randomness.pick(["", "w1"]), millis: randomness.between(0, 3_000) },
    { _tag: "DuplicatesForgotten", stream }
  ])
}

interface Acknowledged {
  readonly seq: number
  readonly body: string
}

/** Writers that append to aggregates under guards, while faults happen. Gives what they were told, and the broker. */
const runWriters = (seed: number) => {
  const timeline = makeTimeline()
  const randomness = makeRandomness(seed, "promises")
  const broker = new SimulatedBroker({ timeline, randomness: makeRandomness(seed, "broker"), size: 3 })
  const acknowledged: Array<Acknowledged> = []
  const admin = new RawClient(broker, "admin")
  const config = { name: stream, subjects: ["s.>"], num_replicas: 3, allow_direct: true, allow_atomic: true }
  admin.ask(`$JS.API.STREAM.CREATE.${stream}`, JSON.stringify(config), undefined, () => {})
  timeline.runUntil(100)

  let events = 0
  const write = (client: RawClient, known: Map<string, number>) => {
    const aggregate = randomness.pick(aggregates as [string, ...Array<string>])
    const count = randomness.pick([1, 1, 1, 2, 3])
    const bodies = Array.from({ length: count }, () => `${events += 1}`)
    const guard = {
      "Nats-Expected-Last-Subject-Sequence": known.get(aggregate) ?? 0,
      "Nats-Expected-Last-Subject-Sequence-Subject": `s.${aggregate}.>`
    }
    const batch = (index: number) =>
      count === 1 ? {} : {
        "Nats-Batch-Id": `b${bodies[0]}`,
        "Nats-Batch-Sequence": index + 1,
        ...(index === count - 1 ? { "Nats-Batch-Commit": 1 } : {})
      }
    const headers = (index: number) => ({
      "Nats-Msg-Id": bodies[index]!,
      ...(index === 0 ? guard : {}),
      ...batch(index)
    })
    for (let index = 0; index < count - 1; index++) client.send(`s.${aggregate}.x`, bodies[index]!, headers(index))
    client.ask(`s.${aggregate}.y`, bodies[count - 1]!, headers(count - 1), ({ text }) => {
      if (text === "") return
      const { duplicate, error, seq } = JSON.parse(text)
      if (error !== undefined) {
        const last = /wrong last sequence: (\d+)/.exec(error.description)
        if (last !== null) known.set(aggregate, Number(last[1]))
        return
      }
      known.set(aggregate, seq)
      if (duplicate === true) return
      bodies.forEach((body, index) => acknowledged.push({ seq: seq - count + 1 + index, body }))
    })
  }
  const writers = ["w1", "w2", "w3"].map((name) => ({
    client: new RawClient(broker, name),
    known: new Map<string, number>()
  }))
  const end = 120_000
  for (const { client, known } of writers) {
    const again = () => {
      write(client, known)
      if (timeline.now() < end) timeline.after(randomness.between(1, 100), again)
    }
    again()
  }
  for (let at = 500; at < end; at += randomness.between(100, 4_000)) {
    timeline.after(at, () => injectFault(broker, drawFault(randomness)))
  }
  timeline.runUntil(end + 60_000)
  return { acknowledged, broker, events }
}

describe("whatever goes wrong, the simulated broker keeps its promises", () => {
  for (let seed = 1; seed <= 20; seed++) {
    it(`what was acknowledged is there on every server, guards held, batches are whole, seed ${seed}`, () => {
      const { acknowledged, broker } = runWriters(seed)
      const { copies } = broker.streams.get(stream)!
      const [first, ...others] = copies.map(({ log }) =>
        Array.from({ length: log.lastSeq }, (_, index) => Buffer.from(log.get(index + 1)!.payload).toString())
      )
      for (const other of others) expect(other).toEqual(first)
      for (const { body, seq } of acknowledged) expect(first![seq - 1]).toBe(body)
      expect(acknowledged.length).toBeGreaterThan(200)
      // A guard names the last message of its aggregate before it.
      const { log } = copies[0]!
      const last = new Map<string, number>()
      let open: { readonly id: string; readonly next: number } | undefined
      for (let seq = 1; seq <= log.lastSeq; seq++) {
        const { headers, subject } = log.get(seq)!
        const lines = Buffer.from(headers!).toString()
        const aggregate = subject.split(".")[1]!
        const expected = /Last-Subject-Sequence: (\d+)/.exec(lines)
        expect(Number(expected?.[1] ?? last.get(aggregate) ?? 0)).toBe(last.get(aggregate) ?? 0)
        last.set(aggregate, seq)
        const id = /Nats-Batch-Id: (\S+)/.exec(lines)?.[1]
        const place = open === undefined ? "" : `Nats-Batch-Id: ${open.id}\r\nNats-Batch-Sequence: ${open.next}\r\n`
        expect(lines).toContain(place)
        const isEnd = lines.includes("Nats-Batch-Commit: 1")
        const next = open === undefined ? 2 : open.next + 1
        open = id === undefined || isEnd ? undefined : { id, next }
      }
      expect(open).toBeUndefined()
    })
  }
})
