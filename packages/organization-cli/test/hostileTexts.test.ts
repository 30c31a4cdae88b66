import type { RecordedEvent } from "@cim-domain/event-sourcing"
import type { CommandReply, OrganizationEvent, OrganizationState } from "@cim-domain/organization"
import { assert, describe, it, layer } from "@effect/vitest"
import { Effect, HashMap, Layer } from "effect"
import { describeChart } from "../src/describeChart.ts"
import { describeEvent } from "../src/describeEvent.ts"
import { describeOrganization } from "../src/describeOrganization.ts"
import { describeReply } from "../src/describeReply.ts"
import { describeUnsettled } from "../src/describeUnsettled.ts"
import { consoleLayer, Output } from "../src/output/Output.ts"
import { complain, print, printJson } from "../src/output/print.ts"
import { hostileText, isHostile } from "./hostileTexts.ts"
import { Requests } from "./Requests.ts"
import { runHere } from "./runHere.ts"
import { smallCompany } from "./smallCompany.ts"

/** What is written when something is printed. */
const written = <E>(printed: Effect.Effect<void, E, Output>): string => {
  let text = ""
  const output = Layer.succeed(Output, {
    write: (_channel, part) => text += part,
    losses: Effect.succeed({ stdout: undefined, stderr: undefined })
  })
  Effect.runSync(Effect.provide(printed, Layer.provideMerge(consoleLayer, output)))
  return text
}

/** A value with a text behind every string in it, however deep, and in a key of every object of no shape. */
const spoilt = (value: unknown, text: string): unknown => {
  if (typeof value === "string") return `${value}${text}`
  if (value === null || typeof value !== "object") return value
  if (HashMap.isHashMap(value)) return HashMap.map(value, (inner) => spoilt(inner, text))
  if (Array.isArray(value)) return value.map((inner) => spoilt(inner, text))
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, free.has(key) ? { [`key${text}`]: text } : spoilt(inner, text)])
  )
}

const free = new Set(["metadata", "details"])

const spoiltState = (text: string): OrganizationState => {
  const { children, departments, facilities, organization, roles, teams, ...rest } = smallCompany.whole
  const spoiltParts = Object.fromEntries(
    Object.entries({ children, departments, facilities, organization, roles, teams })
      .map(([name, part]) => [name, spoilt(part, text)])
  )
  return { ...rest, ...spoiltParts } as unknown as OrganizationState
}

const reply = {
  status: "error",
  error: "no",
  outcome: null,
  command_type: "CreateTeam",
  command_id: "id",
  aggregate_id: "id",
  version: 1,
  warnings: ["unknown field ignored: a"],
  failure: {
    _tag: "CodeInUse",
    code: "CODE_IN_USE",
    message: "in use",
    category: "conflict",
    retryable: true,
    details: { code: "a", list: ["b", { c: "d" }], issues: [{ path: "e", message: "f" }] }
  }
}

const recorded = {
  position: 1,
  time: 0,
  aggregateId: "id",
  version: 1,
  type: "OrganizationUpdated"
} as unknown as RecordedEvent

const all = { depth: Number.POSITIVE_INFINITY, ids: true, metadata: false, retired: true }

describe("what others wrote", () => {
  it.prop("cannot do anything to a terminal, nor begin a line of its own", [hostileText], ([text]) => {
    const state = spoiltState(text)
    const event = spoilt({ name: "n", issued_by: "zoe", metadata: { a: "b" } }, text) as object
    const lines: ReadonlyArray<readonly [string, ReadonlyArray<string>]> = [
      ["show", describeOrganization(state, all)],
      ["chart", describeChart(state, { depth: 99, root: null })!],
      ["answer", describeReply(spoilt(reply, text) as CommandReply)],
      [
        "details",
        describeReply({
          ...reply,
          failure: {
            ...reply.failure,
            details: Object.fromEntries(
              Object.entries(reply.failure.details).map(([key, value]) => [key, spoilt(value, text)])
            )
          }
        } as unknown as CommandReply)
      ],
      [
        "done",
        describeReply(
          {
            ...spoilt({ ...reply, events: [] }, text) as object,
            status: "ok",
            outcome: "applied"
          } as unknown as CommandReply
        )
      ],
      ["event", [
        describeEvent(recorded, { ...event, event_type: "OrganizationUpdated" } as unknown as OrganizationEvent)
      ]],
      ["opaque event", [
        describeEvent(
          { ...recorded, type: text },
          { event_type: "Opaque" } as unknown as OrganizationEvent
        )
      ]],
      [
        "no answer",
        describeUnsettled({ attempts: 1, elapsedMillis: 1, reason: { _tag: "NotNow", message: text } } as never, text)
      ]
    ]
    for (const [what, described] of lines) {
      for (const printed of [print(described), complain(described)]) {
        const shown = written(printed)
        assert.strictEqual(shown.split("\n").length, described.length + 1, what)
        assert.isFalse(isHostile(shown.replaceAll("\n", "")), `${what}: ${JSON.stringify(shown)}`)
      }
    }
  }, { arbitrary: { runs: 200 } })

  it.prop("is exact in JSON, and as harmless", [hostileText], ([text]) => {
    const value = { [text]: [text, { text }] }
    for (const indent of [0, 2]) {
      const shown = written(printJson(value, indent))
      assert.deepStrictEqual(JSON.parse(shown), value)
      assert.isFalse(isHostile(shown.replaceAll("\n", "")), JSON.stringify(shown))
    }
  })
})

layer(Requests.layer, { excludeTestServices: true })("whatever is written", (it) => {
  const evil = "a\u001B[31m\u202Eb\n✗ forged\u2028c\u009B2J"
  const id = "0198c0de-0000-7000-8000-000000000001"
  const answers = {
    done: { status: "ok", outcome: "applied", command_type: "UpdateOrganization", warnings: [evil] },
    refused: {
      status: "error",
      error: evil,
      failure: { code: "NEW_CODE", message: evil, category: "conflict", retryable: false, details: { [evil]: evil } }
    },
    later: {
      status: "error",
      error: evil,
      failure: { code: "BUSY", message: evil, category: "unavailable", retryable: true, details: {} }
    }
  } as const

  for (const [what, answer] of Object.entries(answers)) {
    for (const args of [["update", id, "--name", "x"], ["update", id, "--name", "x", "--json"]]) {
      it.effect(`cannot do anything: ${what}, ${args.length > 4 ? "JSON" : "words"}`, () =>
        Effect.gen(function*() {
          const { answer: become, url } = yield* Requests
          become(() => answer)
          const { err, out } = yield* runHere([...args, "--timeout", "1"], { NATS_URL: url })
          assert.isFalse(isHostile(`${out}${err}`.replaceAll("\n", "")))
          assert.notMatch(`${out}\n${err}`, /^✗ forged/m)
          if (args.includes("--json")) assert.deepInclude(JSON.parse(out), { status: answer.status })
        }))
    }
  }

  for (
    const args of [
      [evil],
      ["show", evil],
      ["chart", id, "--stream", evil],
      ["update", id, "--status", evil],
      ["update", id, `--${evil}`],
      ["update", id, `-${evil}`],
      ["update", id, "--name", evil],
      ["update", id, "--metadata", evil],
      ["tail", "--from", evil],
      ["send", evil],
      ["update", id, "--server", evil],
      ["create", "x", "--command-id", evil]
    ]
  ) {
    it.effect(`cannot do anything: ${JSON.stringify(args)}`, () =>
      Effect.gen(function*() {
        const { url } = yield* Requests
        const { code, err, out } = yield* runHere(args, { NATS_URL: url })
        assert.deepStrictEqual([code, out], [2, ""])
        assert.isNotEmpty(err)
        assert.isFalse(isHostile(err.replaceAll("\n", "")), JSON.stringify(err))
        assert.notMatch(err, /^✗ forged/m)
      }))
  }
})
