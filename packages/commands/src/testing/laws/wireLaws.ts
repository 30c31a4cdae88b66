import { type Law, law } from "@cim-domain/event-sourcing/testing/Law"
import { assert } from "@effect/vitest"
import { Arbitrary, Result, type Schema } from "effect"
import { commandEnvelopeFields } from "../../Command.ts"
import type { AnyCommand } from "../../definition/CommandCatalog.ts"
import { eventEnvelopeFields } from "../../Event.ts"
import type { CommandMessage, CommandRequest, FailedRequest } from "../../protocol/CommandRequest.ts"
import { parseCommandSubject } from "../../protocol/CommandSubject.ts"
import { illFormedTexts } from "../../protocol/illFormedTexts.ts"
import { walkedId } from "../domainArbitraries.ts"
import { lostFields } from "../lostFields.ts"
import { readStrictly } from "../readStrictly.ts"
import { type Choose, spelling } from "../spelling.ts"
import { among, listOf, oneOf, upTo } from "../valueArbitraries.ts"
import { type LawDomain, recordOf, stepsOf } from "./LawDomain.ts"

/** The laws of what is said and stored. */
export const wireLaws = (domain: LawDomain): ReadonlyArray<Law> => [
  ...commandLaws(domain),
  ...eventLaws(domain),
  ...nameLaws(domain)
]

const text = new TextEncoder()
const chances = listOf(upTo(1_000_000), 60)

/** Choices that follow from numbers drawn before. */
const chooser = (numbers: ReadonlyArray<number>): Choose => {
  let next = 0
  return (count) => (numbers[next++ % Math.max(numbers.length, 1)] ?? 0) % Math.max(count, 1)
}

const commandLaws = ({ aggregate, arbitraries: { anyCommand }, runs }: LawDomain): ReadonlyArray<Law> => {
  const { catalog, encodeCommand, reader, replies, subjects } = aggregate

  const read = (
    command: AnyCommand,
    body: unknown,
    headers: Readonly<Record<string, string>> = {}
  ): Result.Result<CommandRequest, FailedRequest> => {
    const message: CommandMessage = {
      subject: subjects.commandSubject(walkedId, command.command_type),
      body: text.encode(typeof body === "string" ? body : JSON.stringify(body)),
      header: (name) => headers[name]
    }
    const minted = () => "0198c0de-0000-7000-8000-000000000001"
    return reader.decodeCommandMessage(message, { acceptLegacySubjects: false, newId: minted }) as never
  }

  const accepted = (result: Result.Result<CommandRequest, FailedRequest>, body: unknown): AnyCommand => {
    if (Result.isFailure(result)) {
      const { message } = result.failure.error
      throw new Error(`${message}: ${typeof body === "string" ? body : JSON.stringify(body)}`)
    }
    return result.success.command
  }

  return [
    law("a command that is written is read as the same, to the byte", runs, [anyCommand], ([command]) => {
      const body = encodeCommand(command)
      const again = accepted(read(command, body), body)
      assert.deepStrictEqual(again, command)
      assert.strictEqual(encodeCommand(again), body)
    }),

    law("a command in any spelling is the same command", runs, [anyCommand, chances], ([command, numbers]) => {
      const choose = chooser(numbers)
      const canonical = encodeCommand(command)
      const { fields } = catalog.commands.byType.get(command.command_type)!
      const body = spelling(fields, JSON.parse(canonical), choose)
      const { identity, issued_by, ...bare } = body
      const forms: ReadonlyArray<readonly [unknown, Readonly<Record<string, string>>?]> = [
        [body],
        [{ command: body }],
        [{ command: { ...bare, issued_by }, identity }],
        [{ ...bare, identity }, command.issued_by === null ? {} : { "X-Actor": command.issued_by }]
      ]
      for (const [form, headers] of forms) {
        const again = accepted(read(command, form, headers), form)
        assert.strictEqual(encodeCommand(again), canonical, JSON.stringify(form))
      }
    }),

    law(
      "whatever is sent is answered, and never an exception",
      runs,
      [anyCommand, listOf(Arbitrary.all([upTo(100), hostile]), 3)],
      ([command, changes]) => {
        const body: Record<string, unknown> = JSON.parse(encodeCommand(command))
        const names = Object.keys(body).filter((name) => name !== "command_type")
        for (const [at, value] of changes) body[names[at % names.length]!] = value
        const result = read(command, body)
        const reply = Result.isSuccess(result)
          ? replies.successReply(result.success, { outcome: "no_change", version: 0, events: [] })
          : replies.failureReply(result.failure, result.failure.error, null)
        const answer = replies.encodeReply(reply).body
        assert.deepStrictEqual(Result.getOrThrow(replies.decodeReply(answer)), reply)
        assert.deepStrictEqual(illFormedTexts(JSON.parse(answer)), [])
      }
    )
  ]
}

const hostile: Arbitrary.Arbitrary<unknown> = oneOf<unknown>(
  among<unknown>(null, true, 7, -0.5, 1e300, "", "x", "\ud83d", "no.id", [], {}, [[1]], { id: 7 }, { id: null }, {
    Other: ""
  }),
  among<unknown>({ a: { b: [null] } }, { "__proto__": 1 }, ["a", "a", 1], "9999-99-99T99:99:99Z", "x".repeat(5_000))
)

const eventLaws = (
  { aggregate, arbitraries: { histories, opaque, walks }, runs }: LawDomain
): ReadonlyArray<Law> => {
  const { events: codec } = aggregate
  return [
    law("any event comes back from a store, to the byte", runs, [histories], ([events]) => {
      for (const event of events) {
        const encoded = codec.encode(event)
        const again = codec.decode(recordOf(encoded)) as { readonly event_type: string }
        assert.strictEqual(
          again.event_type,
          event.event_type,
          `an event that is written cannot be read: ${encoded.data}`
        )
        assert.strictEqual(codec.encode(again as never).data, encoded.data)
      }
    }),

    law("reading an event is total", runs, [histories, opaque, upTo(1_000)], ([events, opaque, at]) => {
      for (const event of [...events.slice(0, 3), opaque]) {
        const encoded = codec.encode(event)
        for (const data of [encoded.data.slice(0, at), encoded.data.replace(/:[^,:{}[\]]*,/, ":[],"), "[]", ""]) {
          assert.isString((codec.decode(recordOf({ ...encoded, data })) as { readonly event_type: unknown }).event_type)
        }
      }
    }),

    law("events and snapshots are text that any reader of JSON takes, and reads the same", runs, [walks], ([walk]) => {
      const steps = stepsOf(aggregate, walk)
      const texts = steps.flatMap(({ events }) => events.map((event) => codec.encodeEvent(event as never)))
      for (const text of [...texts, aggregate.states.encode(steps.at(-1)!.after)]) {
        assert.deepStrictEqual(readStrictly(text), JSON.parse(text))
      }
    })
  ]
}

const nameLaws = ({ aggregate: { catalog, definition, events: codec, subjects }, arbitraries, values }: LawDomain) => [
  law("tokens and types are bijective, and subjects name one aggregate and one type", 1, [], () => {
    const tokenPattern = /^[A-Za-z0-9_-]+$/
    const { commands, events } = catalog
    for (
      const [what, { types }, tokens, back] of [
        ["command", commands, subjects.commandTokens, subjects.commandTypeOfToken],
        ["event", events, subjects.eventTokens, subjects.eventTypeOfToken]
      ] as const
    ) {
      for (const type of types) {
        const token = tokens[type]!
        assert.match(token, tokenPattern, `the token of ${what} ${type}`)
        assert.strictEqual(back.get(token), type, `two ${what}s have the token ${token}`)
      }
      assert.strictEqual(back.size, types.length)
    }
    for (const type of commands.types) {
      const subject = subjects.commandSubject(walkedId, type)
      assert.deepStrictEqual(parseCommandSubject({ ...catalog, subjects }, subject, false), {
        aggregateId: walkedId,
        type
      })
    }
    for (const type of events.types) {
      assert.deepStrictEqual(subjects.parseEventSubject(subjects.eventSubject(walkedId, type)), {
        aggregateId: walkedId,
        type
      })
    }
  }),

  law("an event is stored under the token of its type", 50, [arbitraries.readable], ([events]) => {
    for (const event of events) {
      const { token, type } = codec.encode(event)
      assert.strictEqual(subjects.eventTypeOfToken.get(token), type)
      assert.strictEqual(type, event.event_type)
    }
  }),

  law("no field is lost in a round trip", 1, [], () => {
    const state = definition.state as {
      readonly fields?: Schema.Struct.Fields
      readonly schema?: Schema.Struct<Schema.Struct.Fields>
    }
    const owners: ReadonlyArray<readonly [string, Schema.Struct.Fields, ReadonlyArray<string>]> = [
      ...Array.from(
        catalog.commands.byType.values(),
        ({ fields, type }) => [type, fields, commandEnvelopeFields] as const
      ),
      ...Array.from(catalog.events.byType.values(), ({ fields, type }) => [type, fields, eventEnvelopeFields] as const),
      ["the state", state.fields ?? state.schema?.fields ?? {}, []]
    ]
    const lost = owners.flatMap(([owner, fields, envelope]) =>
      Object.entries(fields).filter(([name]) => !envelope.includes(name)).flatMap(([name, field]) =>
        lostFields(field as never, values).map((place) => `${owner}: ${name}${place}`)
      )
    )
    assert.deepStrictEqual(lost, [], "lost in a round trip")
  })
]
