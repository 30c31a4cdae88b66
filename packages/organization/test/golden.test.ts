import { MessageId } from "@cim-domain/commands/fields/Identifier"
import { rootIdentity } from "@cim-domain/commands/protocol/MessageIdentity"
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { makeContext } from "../src/makeContext.ts"
import type { OrganizationEvent } from "../src/OrganizationEvent.ts"
import { decodeReply, encodeReply } from "../src/protocol.ts"
import { deriveId } from "../src/protocol.ts"
import { organization } from "../src/protocol.ts"
import { encodeCommand } from "../src/protocol.ts"
import { streamOf } from "../src/protocol.ts"
import { encodeEvent } from "../src/protocol.ts"
import { organizationStateCodec } from "../src/protocol.ts"
import { eventTokens } from "../src/protocol.ts"
import { acme, golden } from "./golden.ts"
import { readEvent } from "./readEvent.ts"
import { sent, subjectFor } from "./send.ts"

const commands = golden("commands")
const events = golden("events")
const typeOf = (line: string) => JSON.parse(line).command_type ?? JSON.parse(line).event_type

describe("golden commands", () => {
  it("are all twenty", () => assert.strictEqual(new Set(commands.map(typeOf)).size, 20))
  for (const line of commands) {
    it(typeOf(line), () => {
      const request = sent(line, { subject: subjectFor(typeOf(line)) })
      assert.strictEqual(encodeCommand(request.command), line)
      assert.deepStrictEqual(request.warnings, [])
      assert.strictEqual(request.aggregateId, acme)
    })
  }
})

describe("golden events", () => {
  it("are all twenty", () => assert.strictEqual(new Set(events.map(typeOf)).size, Object.keys(eventTokens).length))
  for (const line of events) {
    it(typeOf(line), () => {
      const event = readEvent(line)
      assert.strictEqual(event.event_type, typeOf(line))
      assert.strictEqual(encodeEvent(event), line)
    })
  }
})

describe("golden messages of earlier releases", () => {
  it("are commands that ask for the same, under the digest that their events have", () => {
    for (const [index, line] of golden("commands-2").entries()) {
      const { command, digest } = JSON.parse(line)
      const request = sent(command, { subject: subjectFor(command.command_type) })
      assert.strictEqual(encodeCommand(request.command), commands[index])
      assert.strictEqual(organization.factsOf?.(request.command).digest, digest, command.command_type)
    }
  })
  it("are events that say the same, and come to the same state", () => {
    const earlier = golden("events-2").map((line) => readEvent(line))
    assert.deepStrictEqual(earlier.map(encodeEvent), [...events])
    const fold = (all: ReadonlyArray<OrganizationEvent>) =>
      organizationStateCodec.encode(
        all.reduce((state, event, index) => organization.evolve(state, event, index + 1), organization.initial(acme))
      )
    assert.strictEqual(fold(earlier), fold(events.map((line) => readEvent(line))))
  })
})

describe("golden events of the first version", () => {
  const current = golden("events-1-as-2")
  for (const [index, line] of golden("events-1").entries()) {
    it(typeOf(line), () => {
      const event = readEvent(line)
      assert.strictEqual(encodeEvent(event), current[index])
      assert.strictEqual(encodeEvent(readEvent(current[index]!)), current[index])
      if (event.event_type === "Opaque") return
      const state = organization.evolve(organization.initial(streamOf(event)), event, 1)
      assert.strictEqual(state.unknown_events.count, 0)
    })
  }
})

describe("the golden snapshot", () => {
  // Another text with the fingerprint of before would be believed and read wrongly: raise `evolveVersion`, and make this file anew.
  it("is what the golden events come to, and changes with its fingerprint only", () => {
    const state = events.reduce(
      (before, line, index) => organization.evolve(before, readEvent(line), index + 1),
      organization.initial(acme)
    )
    const { encode, fingerprint } = organizationStateCodec
    assert.deepStrictEqual([JSON.stringify({ fingerprint, state: encode(state) })], golden("snapshot"))
  })
})

describe("a golden command makes the golden event", () => {
  /** The golden event of a line as if an earlier command had led to it, with other fields. */
  const earlier = (index: number, fields: object = {}) =>
    readEvent(JSON.stringify({
      ...JSON.parse(events[index]!),
      identity: rootIdentity(MessageId.make(deriveId(acme, JSON.stringify([index, fields])))),
      occurred_at: "2025-08-19T00:00:00.000Z",
      ...fields
    }))
  const created = earlier(0)
  const uuid = (end: string) => `0198c0de-0000-7000-8000-000000000${end}`
  const other = earlier(5, { department_id: uuid("0d2"), code: "PLATFORM" })
  const department = earlier(5)
  const team = earlier(9)
  const otherTeam = earlier(9, { team_id: uuid("7e2"), department_id: null })
  const lead = earlier(12, { role_id: uuid("a01"), code: "LEAD", team_id: null, reports_to: null })
  const role = earlier(12)
  const facility = earlier(15)
  const otherFacility = earlier(15, { facility_id: uuid("f02"), code: "HQ-002" })
  const staffed = [created, other, department, team, otherTeam, lead, role]
  const headed = earlier(6)
  const free = earlier(13)
  const priors = [
    [],
    [created],
    [created],
    undefined,
    [created],
    [created],
    [created, department, lead],
    [created, department, other],
    staffed,
    [created, department],
    staffed,
    staffed,
    [created, department, team, lead],
    staffed,
    [...staffed, headed, free],
    [created],
    [created, facility],
    [created, facility, otherFacility],
    [created],
    [created, earlier(18)]
  ]
  for (const [index, prior] of priors.entries()) {
    if (prior === undefined) continue
    it(typeOf(commands[index]!), () => {
      const command = sent(commands[index]!, { headers: { "X-Actor": "hr-portal" } }).command
      const state = prior.reduce((state, event) => organization.evolve(state, event, 1), organization.initial(acme))
      const now = Date.parse(JSON.parse(events[index]!).occurred_at)
      const decision = organization.decide(state, command, makeContext({ commandId: command.identity.message_id, now }))
      assert.deepStrictEqual(
        decision._tag === "Accepted" ? decision.events.map(encodeEvent) : decision,
        [events[index]!]
      )
    })
  }
})

describe("golden replies", () => {
  for (const line of golden("replies")) {
    it(JSON.parse(line).status, () => {
      assert.strictEqual(encodeReply(Result.getOrThrow(decodeReply(line))).body, line)
    })
  }
})
