import { describe, expect, it } from "vitest"
import { check } from "../../src/check/check.ts"
import type { History } from "../../src/check/History.ts"
import { replayStates } from "../../src/replay/replayStates.ts"
import { organizationId, Story, withAttempts } from "./handmade.ts"

const kinds = (history: History) => [...new Set(check(history, replayStates).map(({ kind }) => kind))].toSorted()

/** One organization, three events, and answers of every sort. */
const goodStory = () => {
  const story = new Story()
  story.rename(1, "Too early")
  story.create(2)
  story.rename(3, "Brook")
  story.rename(4, "Brook")
  story.rename(3, "Brook")
  story.tell(5, "UpdateOrganization", { name: "" })
  story.tell(6, "ChangeOrganizationStatus", { new_status: "Suspended", reason: "Because" })
  story.tell(7, "ChangeOrganizationStatus", { new_status: "Inactive" })
  story.tell(8, "UpdateOrganization", { name: "Cedar", expected_version: 1 })
  return story
}

const tryAgain = JSON.stringify({
  status: "error",
  error: "x",
  failure: {
    _tag: "StoreUnavailable",
    code: "STORE_UNAVAILABLE",
    category: "unavailable",
    retryable: true,
    message: "x",
    details: { reason: "x" }
  }
})

describe("what is right", () => {
  it("answers of every sort", () => {
    const story = goodStory()
    expect(
      story.commands.map(({ attempts }) => /"outcome":"\w+"|"code":"\w+"/.exec(attempts[0]!.answers[0]!.body)?.[0])
    ).toEqual(
      [
        "\"code\":\"ORGANIZATION_NOT_FOUND\"",
        "\"outcome\":\"applied\"",
        "\"outcome\":\"applied\"",
        "\"outcome\":\"no_change\"",
        "\"outcome\":\"duplicate\"",
        "\"code\":\"VALIDATION_FAILED\"",
        "\"outcome\":\"applied\"",
        "\"code\":\"INVALID_STATUS_TRANSITION\"",
        "\"code\":\"VERSION_CONFLICT\""
      ]
    )
    expect(check(story.history({ snapshots: [story.snapshot(2), story.snapshot(3)] }))).toEqual([])
  })

  it("a command without an answer, stored or not", () => {
    const story = goodStory()
    const unanswered = { reply: null }
    const commands = story.commands.map((command, index) => index === 6 ? withAttempts(command, unanswered) : command)
    expect(check(story.history({ commands }))).toEqual([])
    const stream = story.stream.slice(0, 2)
    expect(check(story.history({ commands: commands.slice(0, 7), stream }))).toEqual([])
  })

  it("an answer that was current when asked and old when it came", () => {
    const story = new Story()
    story.create(1)
    const slow = story.rename(2, "Acme")
    story.rename(3, "Brook")
    const commands = story.commands.map((command) =>
      command === slow ? withAttempts(slow, { endedAt: 1_000 }) : command
    )
    expect(check(story.history({ commands }))).toEqual([])
  })

  it("being told to try again", () => {
    const story = goodStory()
    const commands = story.commands.map((command) => withAttempts(command, { reply: tryAgain }, {}))
    expect(check(story.history({ commands }))).toEqual([])
  })
})

describe("what is found", () => {
  it("lost: the last event is not there", () => {
    const story = goodStory()
    const commands = story.commands.slice(0, 7)
    expect(kinds(story.history({ commands, stream: story.stream.slice(0, 2) }))).toEqual(["lost"])
  })

  it("lost: somebody else's event is where it should be", () => {
    const story = new Story()
    story.create(1)
    const loser = story.rename(2, "Brook")
    story.stream.pop()
    story.rename(3, "Cedar")
    expect(check(story.history()).filter(({ commandId }) => commandId === loser.commandId).map(({ kind }) => kind))
      .toEqual(["lost"])
  })

  it("doubled and undecided: an event stands twice", () => {
    const story = new Story()
    story.create(1)
    story.rename(2, "Brook")
    story.store(story.stream[1]!, 3)
    expect(kinds(story.history())).toEqual(["doubled", "undecided"])
  })

  it("unsent: nobody sent its command", () => {
    const story = new Story()
    story.create(1)
    story.rename(2, "Brook")
    expect(kinds(story.history({ commands: story.commands.slice(0, 1) }))).toEqual(["unsent"])
  })

  it("misplaced: it was sent only after a later version had been acknowledged", () => {
    const story = new Story()
    story.create(1)
    const late = story.rename(2, "Brook")
    story.rename(3, "Cedar")
    const commands = story.commands.map((command) =>
      command === late ? withAttempts(late, { sentAt: 100, endedAt: 101, reply: null }) : command
    )
    expect(kinds(story.history({ commands }))).toEqual(["misplaced", "untimely"])
  })

  it("undecided: an event that its command does not lead to", () => {
    const story = new Story()
    story.create(1)
    story.rename(2, "Brook")
    const last = story.stream.pop()!
    story.stream.push({ ...last, data: last.data.replace("Brook", "Cedar") })
    expect(kinds(story.history())).toEqual(["undecided"])
  })

  it("undecided: an event that cannot be read", () => {
    const story = new Story()
    story.create(1)
    story.rename(2, "Brook")
    story.stream.push({ ...story.stream.pop()!, data: "{" })
    expect(kinds(story.history())).toContain("undecided")
  })

  it("gap: a version twice, as without a guard", () => {
    const story = new Story()
    story.create(1)
    story.rename(2, "Brook")
    story.rename(3, "Cedar", 1)
    expect(kinds(story.history())).toEqual(["gap", "lost"])
  })

  it("unguarded: stored on another condition", () => {
    const story = new Story()
    story.create(1)
    story.rename(2, "Brook")
    const last = story.stream.pop()!
    const headers = { ...last.headers, "Nats-Expected-Last-Subject-Sequence": "0" }
    story.stream.push({ ...last, headers })
    expect(kinds(story.history())).toEqual(["unguarded"])
  })

  it("unguarded: not in the batch of the one before it, whose guard would be its own", () => {
    const together = (follows: Readonly<Record<string, string>>, before: Readonly<Record<string, string>> = {}) => {
      const story = new Story()
      story.create(1)
      story.rename(2, "Brook")
      story.rename(3, "Cedar")
      const [last, first] = [story.stream.pop()!, story.stream.pop()!]
      const batch = (number: number) => ({ "Nats-Batch-Id": "batch", "Nats-Batch-Sequence": String(number) })
      const unguarded = Object.entries(last.headers).filter(([name]) => !name.startsWith("Nats-Expected-"))
      story.stream.push({ ...first, headers: { ...first.headers, ...batch(1), ...before } })
      story.stream.push({ ...last, headers: { ...Object.fromEntries(unguarded), ...batch(2), ...follows } })
      return kinds(story.history())
    }
    expect(together({ "Nats-Batch-Commit": "1" })).toEqual([])
    expect(together({ "Nats-Batch-Id": "another" })).toEqual(["torn", "unguarded"])
    expect(together({ "Nats-Batch-Sequence": "3" })).toEqual(["torn", "unguarded"])
    expect(together({}, { "Nats-Batch-Commit": "1" })).toEqual(["torn", "unguarded"])
    const sameGuard = {
      "Nats-Expected-Last-Subject-Sequence": "1",
      "Nats-Expected-Last-Subject-Sequence-Subject": `organization.events.${organizationId}.>`
    }
    expect(together({ "Nats-Batch-Commit": "1", ...sameGuard })).toEqual(["unguarded"])
  })

  it("stale: a refusal from before what had been acknowledged", () => {
    const story = new Story()
    story.create(1)
    story.rename(2, "Brook")
    story.rename(3, "Acme", 1)
    expect(kinds(story.history())).toEqual(["stale"])
  })

  it("premature: from a version that had not begun", () => {
    const story = new Story()
    story.create(1)
    story.rename(2, "Brook")
    const early = story.rename(3, "Brook")
    const commands = story.commands.map((command) =>
      command === early ? withAttempts(early, { sentAt: 0.1, endedAt: 0.2 }) : command
    )
    expect(kinds(story.history({ commands }))).toContain("premature")
    const unstored = story.history({ commands: [early], stream: story.stream.slice(0, 1) })
    expect(kinds(unstored)).toContain("premature")
  })

  it("inexplicable: a refusal that the domain does not give", () => {
    const story = new Story()
    story.create(1)
    const refused = story.tell(2, "ChangeOrganizationStatus", { new_status: "Pending" })
    const reply = refused.attempts[0]!.answers[0]!.body.replace("Active", "Inactive")
    expect(kinds(story.history({ commands: [story.commands[0]!, withAttempts(refused, { reply })] })))
      .toEqual(["inexplicable"])
  })

  it("inexplicable: no change where there is one", () => {
    const story = new Story()
    story.create(1)
    story.rename(2, "Brook")
    const same = story.rename(3, "Acme", 1)
    const reply = same.attempts[0]!.answers[0]!.body.replaceAll("\"version\":1", "\"version\":2")
    const commands = story.commands.map((command) => command === same ? withAttempts(same, { reply }) : command)
    expect(kinds(story.history({ commands }))).toEqual(["inexplicable"])
  })

  it("inexplicable: no reply at all, or another one to a message that cannot be read", () => {
    const story = new Story()
    const mistake = story.tell(1, "UpdateOrganization", { name: "" })
    const reply = mistake.attempts[0]!.answers[0]!.body.replace("VALIDATION_FAILED", "INTERNAL")
    expect(kinds(story.history({ commands: [withAttempts(mistake, { reply })] }))).toEqual(["inexplicable"])
    expect(kinds(story.history({ commands: [withAttempts(mistake, { reply: "" })] }))).toEqual(["inexplicable"])
  })

  it("snapshot: another state, another place, or nobody's", () => {
    const story = new Story()
    story.create(1)
    story.rename(2, "Brook")
    const good = story.snapshot(2)
    for (
      const wrong of [
        { ...good, state: good.state.replace("Brook", "Cedar") },
        { ...good, position: 7 },
        { ...good, version: 3 },
        { ...good, aggregateId: organizationId.replace("3000", "3001") }
      ]
    ) expect(kinds(story.history({ snapshots: [wrong] }))).toEqual(["snapshot"])
  })

  it("unbacked: accepted without a majority of the brokers", () => {
    const story = goodStory()
    const { endedAt, sentAt } = story.commands[2]!.attempts[0]!
    const during = (from: number, to: number) => kinds(story.history({ outages: [{ from, to }] }))
    expect(during(sentAt, endedAt)).toEqual(["unbacked"])
    expect(during(sentAt + 0.1, endedAt)).toEqual([])
    expect(during(sentAt, endedAt - 0.1)).toEqual([])
  })

  it("repeated: a second answer, whenever it comes", () => {
    const story = goodStory()
    const commands = story.commands.map((command) => {
      const attempt = command.attempts[0]!
      const late = { ...attempt.answers[0]!, at: attempt.endedAt + 5_000 }
      return { ...command, attempts: [{ ...attempt, answers: [...attempt.answers, late] }] }
    })
    expect(kinds(story.history({ commands }))).toContain("repeated")
  })

  it("silent: no answer, or being told to try again, though nothing was disturbed", () => {
    const story = goodStory()
    const last = story.commands.at(-1)!
    const withLast = (told: Parameters<typeof withAttempts>[1]) => [
      ...story.commands.slice(0, -1),
      withAttempts(last, told)
    ]
    const { endedAt, sentAt } = last.attempts[0]!
    const found = (told: Parameters<typeof withAttempts>[1], disturbances: History["disturbances"]) =>
      kinds(story.history({ commands: withLast(told), disturbances }))
    for (const told of [{ reply: null }, { reply: tryAgain }]) {
      expect(found(told, [])).toEqual(["silent"])
      expect(found(told, [{ from: 0, to: sentAt - 0.5 }])).toEqual(["silent"])
      expect(found(told, [{ from: endedAt, to: endedAt + 1 }])).toEqual([])
      expect(found(told, null)).toEqual([])
    }
  })

  it("disowned: an event, though every sending of its command was told that nothing came of it", () => {
    const story = goodStory()
    const overloaded = tryAgain.replaceAll("STORE_UNAVAILABLE", "OVERLOADED").replaceAll(
      "StoreUnavailable",
      "Overloaded"
    )
    const stored = story.commands[6]!
    const found = (...told: Parameters<typeof withAttempts> extends [unknown, ...infer Told] ? Told : never) =>
      kinds(story.history({
        commands: story.commands.map((command) => command === stored ? withAttempts(stored, ...told) : command)
      }))
    expect(found({ reply: overloaded })).toEqual(["disowned"])
    expect(found({ reply: overloaded }, { reply: null })).toEqual([])
    expect(found({ reply: tryAgain })).toEqual([])
  })

  it("inexplicable: applied, though the event had been acknowledged before the question", () => {
    const story = goodStory()
    const stored = story.commands[6]!
    const late = stored.attempts[0]!.answers[0]!.at + 1
    const commands = story.commands.map((command) =>
      command === stored ? withAttempts(stored, {}, { sentAt: late, endedAt: late + 1 }) : command
    )
    expect(kinds(story.history({ commands }))).toEqual(["inexplicable"])
    // One that has appended it again, had no answer and found it, cannot know better.
    const slow = story.commands.map((command) =>
      command === stored ? withAttempts(stored, {}, { sentAt: late, endedAt: late + 500 }) : command
    )
    expect(kinds(story.history({ commands: slow }))).toEqual([])
    expect(kinds(story.history({ commands: slow, disturbances: [] }))).toEqual(["doubled", "inexplicable"])
    const sameTime = story.commands.map((command) => command === stored ? withAttempts(stored, {}, {}) : command)
    expect(kinds(story.history({ commands: sameTime }))).toEqual([])
  })

  it("torn: a batch of which the rest is missing", () => {
    const story = new Story()
    story.create(1)
    const only = story.stream.pop()!
    story.stream.push({ ...only, headers: { ...only.headers, "Nats-Batch-Id": "b", "Nats-Batch-Sequence": "1" } })
    expect(kinds(story.history())).toEqual(["torn"])
  })

  it("untimely: before its command was sent, after it was acknowledged, or before the event before it", () => {
    const at = (millis: number) => new Date(1_700_000_000_000 + millis).toISOString()
    const found = (millis: number, clocks: Partial<History["clocks"]> = {}) => {
      const story = goodStory()
      const { endedAt } = story.commands[2]!.attempts[0]!
      const [first, second, ...rest] = story.stream
      const moved = { ...second!, data: second!.data.replace(/"occurred_at":"[^"]*"/, `"occurred_at":"${at(millis)}"`) }
      const history = story.history({ stream: [first!, moved, ...rest] })
      expect(endedAt).toBeGreaterThan(5)
      return kinds({ ...history, clocks: { ...history.clocks, ...clocks } })
    }
    expect(found(5)).toEqual([])
    expect(found(1_000)).toContain("untimely")
    expect(found(-1_000)).toContain("untimely")
  })

  it("drifted: the service makes something else of an event", () => {
    const story = new Story()
    story.create(1)
    story.rename(2, "Brook")
    const drifting = (field: string, value: string) =>
      check(
        story.history(),
        (id, events) =>
          replayStates(id, events).map((state, index) => index === 0 ? state : state.replace(field, value))
      )
    expect(drifting("Corporation", "LLC")).toEqual([])
    expect(drifting("\"description\":null", "\"description\":\"x\"").map(({ kind, sequence }) => [kind, sequence]))
      .toEqual([
        ["drifted", 2]
      ])
  })

  it("died, unrecovered", () => {
    const history = new Story().history({ deaths: ["replica-1 ended with 1"], unrecovered: ["nobody answers"] })
    expect(kinds(history)).toEqual(["died", "unrecovered"])
  })
})
