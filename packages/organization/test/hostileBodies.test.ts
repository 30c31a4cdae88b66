import { commandBytesMax } from "@cim-domain/commands/protocol/readBody"
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { decodeReply, encodeReply, failureReply, successReply } from "../src/protocol.ts"
import { hostileBodies } from "../src/testing/hostileBodies.ts"
import { ifDifferent } from "../src/updates/changesOf.ts"
import { acme } from "./golden.ts"
import { send, subjectFor } from "./send.ts"

const bodies = hostileBodies(acme)

/** How many times `JSON.parse` of plain JSON a body may cost: that takes 1.5 to 3 ms, so this is some 50 ms. */
const dearest = 30

/** The least processor time of some runs, in microseconds: what else the machine does only adds to it. */
const least = (runs: number, work: () => unknown): number => {
  let best = Infinity
  for (let run = 0; run < runs; run++) {
    const started = process.cpuUsage()
    work()
    const { system, user } = process.cpuUsage(started)
    best = Math.min(best, user + system)
  }
  return best
}

/** Small objects in a list, as long as a body may be: what reading a body takes at least, whatever is in it. */
const plainBody = JSON.stringify(
  Array.from(
    { length: 4_500 },
    (_, index) => ({ id: index, name: `employee ${index}`, department: "sales", old: false })
  )
).slice(0, commandBytesMax)

describe("a body of 256 KiB, whatever is in it", () => {
  it("is as large as it may be", () => {
    for (const [about, body] of bodies) {
      const bytes = new TextEncoder().encode(body).length
      assert.isAtMost(bytes, commandBytesMax, about)
      assert.isAtLeast(bytes, commandBytesMax * 0.96, about)
    }
  })

  it("is not much dearer to read than JSON of that size, and gets a small answer", () => {
    const plain = least(5, () => JSON.parse(plainBody.slice(0, plainBody.lastIndexOf("},")) + "}]"))
    for (const [about, body] of bodies) {
      const bytes = new TextEncoder().encode(body)
      let answer = ""
      let listed = 0
      const read = () => {
        const result = send(bytes, { subject: subjectFor("CreateOrganization") })
        const reply = Result.isFailure(result)
          ? failureReply(result.failure, result.failure.error, null)
          : successReply(result.success, { outcome: "no_change", version: 1, events: [] })
        if (reply.status === "error" && reply.failure._tag === "ValidationFailed") {
          listed = reply.failure.details.issues.length
        }
        assert.isAtMost(reply.warnings.length, 53, about)
        answer = encodeReply(reply).body
      }
      // Reading and answering: what is dearest comes to some 45 times plain JSON.
      const bound = 2 * dearest * plain
      // Whoever is slow once may have been held up.
      let cost = Infinity
      for (let look = 0; look < 6 && cost > bound; look++) cost = Math.min(cost, least(2, read))
      assert.isAtMost(cost, bound, `${about}: ${cost} µs beside ${plain}`)
      assert.isAtMost(listed, 203, about)
      assert.isAtMost(new TextEncoder().encode(answer).length, 64 * 1024, about)
    }
  })

  it("may have a subject and headers that are as large", () => {
    const marks = "\u0344\u0316".repeat(60_000)
    const plain = least(5, () => JSON.parse(plainBody.slice(0, plainBody.lastIndexOf("},")) + "}]"))
    const names = ["Nats-Msg-Id", "X-Correlation-ID", "X-Causation-ID", "X-Actor", "X-Expected-Version", "X-Dry-Run"]
    for (const value of [marks, "A".repeat(250_000), " ".repeat(250_000), "0".repeat(250_000), "a=b,".repeat(60_000)]) {
      const headers = Object.fromEntries([...names, "traceparent", "tracestate"].map((name) => [name, value]))
      for (const subject of [subjectFor("CreateOrganization"), `organization.commands.${value}`, value]) {
        const cost = least(5, () => send("{}", { headers, subject }))
        assert.isAtMost(cost, dearest * plain, value.slice(0, 10))
      }
    }
  })
})

describe("what a client reads", () => {
  it("is not dear either, and as dear a change of metadata is told", () => {
    const plain = least(5, () => JSON.parse(plainBody.slice(0, plainBody.lastIndexOf("},")) + "}]"))
    const wrong: ReadonlyArray<object> = [
      { status: "ok", warnings: Array(60_000).fill(1) },
      { status: "ok", events: Array.from({ length: 60_000 }, () => ({})) },
      { status: "error", error: "x", warnings: Array(60_000).fill(1) },
      { status: "error", error: "x", failure: { _tag: "RoleInUse", details: { reports: Array(60_000).fill(1) } } }
    ]
    for (const reply of wrong) {
      const body = JSON.stringify(reply)
      assert.isAtMost(least(5, () => decodeReply(body)), dearest * plain, body.slice(0, 60))
    }
    for (const member of ["[]", "{}", "0", "{\"b\":[1]}"]) {
      const items = Array.from({ length: 62_000 / (member.length + 1) }, () => member)
      const text = `{"a":[${items.join(",")}],"b":{${items.map((item, index) => `"k${index}":${item}`).join(",")}}}`
      const [one, other] = [JSON.parse(text), JSON.parse(text)]
      assert.isAtMost(least(5, () => assert.isNull(ifDifferent(one, other))), dearest * plain, member)
      other.b.k7 = "other"
      assert.strictEqual(ifDifferent(one, other), other)
    }
  })
})
