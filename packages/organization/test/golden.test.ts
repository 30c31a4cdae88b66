import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { decodeReply, encodeReply } from "../src/CommandReply.ts"
import { makeContext } from "../src/DecideContext.ts"
import { organization } from "../src/Organization.ts"
import { encodeCommand } from "../src/OrganizationCommand.ts"
import { encodeEvent } from "../src/OrganizationEventCodec.ts"
import { eventTokens } from "../src/Subjects.ts"
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
      assert.strictEqual(request.organizationId, acme)
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

describe("a golden command makes the golden event", () => {
  const created = readEvent(events[0]!)
  const priors = [[], [created], [created], undefined, [created]]
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
