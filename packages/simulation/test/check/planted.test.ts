import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { check } from "../../src/check/check.ts"
import type { Answer, History, SentCommand, StoredMessage } from "../../src/check/History.ts"
import { replayWith } from "../../src/replay/replayStates.ts"
import { plantedRules } from "./plantedRules.ts"
import { recordHistory } from "./recordHistory.ts"

const seeds = [1, 2, 3, 4, 5, 6, 7, 8]
const steps = 500

describe("a wrong rule is found in what a service with it says and stores", () => {
  it.live("and without one nothing is found", () =>
    Effect.gen(function*() {
      const histories = yield* Effect.forEach(seeds, (seed) => recordHistory(seed, steps))
      expect(histories.flatMap((history) => check(history, replayWith()))).toEqual([])
    }))

  it.live.each(Object.keys(plantedRules))("%s", (name) =>
    Effect.gen(function*() {
      const domain = plantedRules[name]!
      // One history shows it, or the next one does.
      for (const seed of seeds) {
        const history = yield* recordHistory(seed, steps, domain)
        if (check(history, replayWith(domain.decider)).length > 0) return
      }
      expect.fail("it is found in no history")
    }))
})

/** How a history may be spoilt that was right, and what must be found. */
interface Spoilt {
  readonly answers?: ((answer: Answer, index: number) => ReadonlyArray<Answer>) | undefined
  readonly stored?: ((message: StoredMessage, index: number) => StoredMessage) | undefined
  readonly found: string
}

const says = (from: RegExp, to: string): Spoilt["answers"] => (answer) => [
  { ...answer, body: answer.body.replace(from, to) }
]

const carries = (name: string, value: string | undefined): Spoilt["stored"] => (message, index) => {
  const { [name]: _, ...others } = message.headers
  if (index % 7 !== 3) return message
  return { ...message, headers: value === undefined ? others : { ...others, [name]: value } }
}

const elsewhere = "0198c0de-9999-7000-8000-000000000001"

const spoilt: Readonly<Record<string, Spoilt>> = {
  "one answer in ten comes twice": {
    answers: (answer, index) => index % 10 === 0 ? [answer, answer] : [answer],
    found: "repeated"
  },
  "one answer in ten does not come": {
    answers: (answer, index) => index % 10 === 0 ? [] : [answer],
    found: "silent"
  },
  "a duplicate is told applied": {
    answers: (answer) => {
      const own = /"events":\[\{[^}]*"version":(\d+)/.exec(answer.body)?.[1]
      const isDuplicate = own !== undefined && answer.body.includes("\"outcome\":\"duplicate\"")
      return [
        !isDuplicate ? answer : {
          ...answer,
          body: answer.body.replace("\"outcome\":\"duplicate\"", "\"outcome\":\"applied\"")
            .replace(/"version":\d+/, `"version":${own}`)
        }
      ]
    },
    found: "inexplicable"
  },
  "what is applied is told duplicate": {
    answers: says(/"outcome":"applied"/, "\"outcome\":\"duplicate\""),
    found: "inexplicable"
  },
  "what is created has another id": {
    answers: says(/"created_id":"[^"]*"/, `"created_id":"${elsewhere}"`),
    found: "inexplicable"
  },
  "what is created has no id": { answers: says(/"created_id":"[^"]*"/, "\"created_id\":null"), found: "inexplicable" },
  "events are generated that are not told": {
    answers: says(/"events_generated":1/, "\"events_generated\":0"),
    found: "inexplicable"
  },
  "an event is told elsewhere in the stream": {
    answers: says(/"stream_sequence":(\d+)\}/, "\"stream_sequence\":1$1}"),
    found: "lost"
  },
  "an answer is to another correlation": {
    answers: says(/"correlation_id":"[^"]*"/, `"correlation_id":"${elsewhere}"`),
    found: "inexplicable"
  },
  "warnings are kept back": { answers: says(/"warnings":\["[^\]]*\]/, "\"warnings\":[]"), found: "inexplicable" },
  "a refusal may be tried again": { answers: says(/"retryable":false/, "\"retryable\":true"), found: "inexplicable" },
  "a refusal says why in two ways": { answers: says(/"error":"[^"]*"/, "\"error\":\"no\""), found: "inexplicable" },
  "a conflict names another version": { answers: says(/"actual":(\d+)/, "\"actual\":1$1"), found: "inexplicable" },
  "an issue is kept back": {
    answers: says(/"issues":\[\{.*?\}/, "\"issues\":[{\"path\":\"x\",\"message\":\"x\"}"),
    found: "inexplicable"
  },
  "an acknowledgment is a rejection": {
    answers: says(/"status":"Accepted"/, "\"status\":\"Rejected\""),
    found: "inexplicable"
  },
  "an answer has no correlation in its headers": {
    answers: (answer) => {
      const { "X-Correlation-ID": _, ...headers } = answer.headers
      return [{ ...answer, headers }]
    },
    found: "inexplicable"
  },
  "a refusal has no code in its headers": {
    answers: (answer) => {
      const { "Nats-Service-Error-Code": _, ...headers } = answer.headers
      return [{ ...answer, headers }]
    },
    found: "inexplicable"
  },
  "an event has no correlation": { stored: carries("X-Correlation-ID", undefined), found: "mislabelled" },
  "an event has another cause": { stored: carries("X-Causation-ID", elsewhere), found: "mislabelled" },
  "an event has another digest": { stored: carries("X-Command-Digest", "0123456789abcdef"), found: "mislabelled" },
  "an event has no command type": { stored: carries("X-Command-Type", undefined), found: "mislabelled" },
  "an event has another actor": { stored: carries("X-Actor", "nobody"), found: "mislabelled" },
  "an event is of another version of its shape": { stored: carries("X-Event-Version", "3"), found: "mislabelled" },
  "an event is of no content type": { stored: carries("Content-Type", undefined), found: "mislabelled" },
  "an event stands under the subject of another": {
    stored: (message, index) => index % 7 === 3 ? { ...message, subject: `${message.subject}_` } : message,
    found: "mislabelled"
  },
  "an event has another id": { stored: carries("Nats-Msg-Id", elsewhere), found: "mislabelled" },
  "an event is issued by somebody else": {
    stored: (message) => ({ ...message, data: message.data.replace("\"issued_by\":null", "\"issued_by\":\"x\"") }),
    found: "undecided"
  },
  "an event has a key too many": {
    stored: (message) => ({
      ...message,
      data: message.data.replace("\"schema_version\"", "\"more\":1,\"schema_version\"")
    }),
    found: "undecided"
  },
  "an event has its keys in another order": {
    stored: (message) => {
      const { schema_version, ...data } = JSON.parse(message.data) as Record<string, unknown>
      return { ...message, data: JSON.stringify({ schema_version, ...data }) }
    },
    found: "undecided"
  },
  "an event is written with spaces": {
    stored: (message) => ({ ...message, data: JSON.stringify(JSON.parse(message.data), null, 1) }),
    found: "undecided"
  },
  "an event is a year early": {
    stored: (message) => ({ ...message, data: message.data.replace(/("occurred_at":")\d{4}/, "$12020") }),
    found: "untimely"
  }
}

const spoil = (history: History, { answers, stored }: Spoilt): History => ({
  ...history,
  stream: stored === undefined ? history.stream : history.stream!.map(stored),
  commands: answers === undefined ? history.commands : history.commands.map((command, index): SentCommand => ({
    ...command,
    attempts: command.attempts.map((attempt) => {
      const all = attempt.answers.flatMap((answer) => answers(answer, index))
      return { ...attempt, answers: all, failure: all.length === 0 ? "Unanswered" : null }
    })
  }))
})

describe("a service that stores or says something else is found out", () => {
  it.live.each(Object.entries(spoilt))("%s", ([, how]) =>
    Effect.gen(function*() {
      const history = yield* recordHistory(1, steps)
      const violations = check(spoil(history, how))
      expect(violations.map(({ kind }) => kind)).toContain(how.found)
    }))
})
