import type { Decision } from "@cim-domain/event-sourcing/Decider"
import { freeze } from "@cim-domain/event-sourcing/testing/deciderLaws"
import { type Law, law } from "@cim-domain/event-sourcing/testing/Law"
import { assert } from "@effect/vitest"
import { Arbitrary, Effect, Result } from "effect"
import { type AnyCommand, digestOf } from "../../definition/CommandCatalog.ts"
import { uuidPattern } from "../../fields/uuid.ts"
import { commandIdOf } from "../../history/commandIdOf.ts"
import type { Kept } from "../../history/Kept.ts"
import type { RememberedEvent } from "../../memory/RecentCommands.ts"
import { idIn } from "../../protocol/CommandRequest.ts"
import { walkedId } from "../domainArbitraries.ts"
import { uuidOf } from "../valueArbitraries.ts"
import { applied, decided, isPlain, type LawDomain, meaningOf, named, restored, stepsOf } from "./LawDomain.ts"

/** The laws of what is decided. */
export const decidingLaws = (domain: LawDomain): ReadonlyArray<Law> => [
  reach(domain),
  ...answerLaws(domain),
  ...eventLaws(domain),
  ...applyingLaws(domain),
  ...repetitionLaws(domain)
]

const walksMost = 300

/** Without it all other laws may hold of nothing. */
const reach = ({ aggregate, arbitraries: { walks }, never }: LawDomain): Law =>
  law("commands lead to every event", 1, [], () => {
    const missing = new Set(aggregate.catalog.events.types.filter((type) => !never.includes(type)))
    for (let seed = 1; missing.size > 0 && seed <= walksMost; seed++) {
      const [walk = []] = Effect.runSync(Effect.orDie(Arbitrary.sampleEffect(walks, { count: 1, size: 100, seed })))
      for (const { events } of stepsOf(aggregate, walk)) for (const { event_type } of events) missing.delete(event_type)
    }
    assert.deepStrictEqual(
      [...missing],
      [],
      "no command leads there: give generators, or `walks`, or name it in `never`"
    )
  })

const answerLaws = ({ aggregate, arbitraries: { walks }, runs }: LawDomain): ReadonlyArray<Law> => [
  law("only what is accepted has events, and a refusal is an error of the definition", runs, [walks], ([walk]) => {
    for (const { command, decision } of stepsOf(aggregate, walk)) {
      const { command_type } = command
      if (decision._tag === "Accepted") {
        assert.isAbove(decision.events.length, 0, `${command_type} is accepted without events`)
        for (const { event_type } of decision.events) {
          assert.isTrue(aggregate.catalog.events.byType.has(event_type), `${command_type} makes ${event_type} happen`)
        }
      } else if (decision._tag === "Rejected") {
        const { rejection } = decision
        const { _tag } = rejection
        assert.isTrue(
          Object.hasOwn(aggregate.catalog.errors, _tag),
          `${command_type} is refused with ${_tag}, which is no error`
        )
        assert.notProperty(decision, "events", `${command_type} is refused with events`)
        assert.deepStrictEqual(readAgain(aggregate, rejection), rejection, `an answer does not carry ${_tag}`)
      } else if (decision._tag === "NoChange") {
        assert.notProperty(decision, "events", `${command_type} changes nothing with events`)
      }
    }
  }),

  law("deciding and evolving write to no state", runs, [walks], ([walk]) => {
    const { states } = aggregate
    for (const { before, command, context, events } of stepsOf(aggregate, walk)) {
      const text = states.encode(before)
      const frozen = frozenState(before)
      const decision = decided(aggregate, frozen, command, context)
      applied(aggregate, frozen, events, command)
      assert.strictEqual(states.encode(before), text, `${command.command_type} changes the state that it is decided on`)
      assert.strictEqual(decision._tag === "Accepted", events.length > 0)
    }
  }),

  law("another version than the expected one is a conflict", runs, [walks], ([walk]) => {
    for (const { before, command, context, decision } of stepsOf(aggregate, walk)) {
      if (decision._tag !== "Accepted") continue
      const expecting = (expected_version: number) =>
        decided(aggregate, before, { ...command, expected_version }, context)
      assert.strictEqual(named(expecting(before.version + 1)), "Rejected VersionConflict")
      assert.deepStrictEqual(expecting(before.version), decision)
    }
  })
]

const readAgain = ({ replies }: LawDomain["aggregate"], rejection: unknown): unknown => {
  const { body } = replies.encodeReply(replies.failureReply(nobody as never, rejection, null))
  const reply = Result.getOrThrow(replies.decodeReply(body))
  return reply.status === "error" ? reply.failure : undefined
}

const nobody = { commandType: null, commandId: null, correlationId: null, aggregateId: null, warnings: [] }

/** What a domain made of a state can be frozen as far as it is plain; what is kept for every domain is the library's. */
const frozenState = (state: Kept): Kept => {
  const { recent_commands, ...own } = state
  for (const value of Object.values(own)) if (isPlain(value)) freeze(value)
  return Object.freeze({ ...own, recent_commands })
}

const eventLaws = ({ aggregate, arbitraries: { walks }, runs }: LawDomain): ReadonlyArray<Law> => {
  const { catalog, events: codec, makeContext } = aggregate
  return [
    law("an accepted event stands in the history of its aggregate, and names its command", runs, [walks], ([walk]) => {
      for (const { command, events } of stepsOf(aggregate, walk)) {
        for (const event of events) {
          const { aggregateIdOf, token } = catalog.events.byType.get(event.event_type)!
          const encoded = codec.encode(event)
          assert.strictEqual(aggregateIdOf(event), walkedId, `${event.event_type} belongs to another aggregate`)
          assert.strictEqual(commandIdOf(event), command.identity.message_id)
          assert.deepInclude(event.identity, {
            correlation_id: command.identity.correlation_id,
            causation_id: command.identity.message_id,
            message_id: event.event_id as never
          })
          assert.deepInclude(encoded, { id: event.event_id, type: event.event_type, token })
        }
      }
    }),

    law("every event has an id of its own, in every aggregate", runs, [walks], ([walk]) => {
      const accepted = stepsOf(aggregate, walk).filter(({ events }) => events.length > 0)
      const ids = accepted.flatMap(({ events }) => events.map(({ event_id }) => event_id))
      assert.strictEqual(new Set(ids).size, ids.length, "two events have one id")
      for (const { before, command, context, events } of accepted) {
        const elsewhere = decided(aggregate, { ...before, id: uuidOf(77) }, command, context)
        if (elsewhere._tag !== "Accepted") continue
        for (const { event_id } of elsewhere.events) {
          assert.notInclude(events.map((event) => event.event_id), event_id, "events of two aggregates have one id")
        }
      }
    }),

    law("ids that follow from a command differ by purpose and by command", runs, [walks], ([walk]) => {
      const { creates } = catalog.commands.byType.get(walk[0]![0].command_type)!
      const slots = [creates?.slot ?? "thing", `event:${walkedId}`, `event:${walkedId}:1`, `event:${uuidOf(77)}`]
      const commandIds = [...new Set(walk.map(([command]) => command.identity.message_id))]
      const ids = commandIds.flatMap((commandId) => {
        const { id } = makeContext({ commandId, now: 0 })
        return slots.map((slot) => {
          assert.strictEqual(id(slot), makeContext({ commandId, now: 1 }).id(slot))
          assert.match(id(slot), uuidPattern)
          return id(slot)
        })
      })
      assert.strictEqual(new Set(ids).size, ids.length)
    })
  ]
}

const applyingLaws = ({ aggregate, arbitraries: { walks }, runs, silent }: LawDomain): ReadonlyArray<Law> => [
  law("time never runs back", runs, [walks], ([walk]) => {
    const times = stepsOf(aggregate, walk).flatMap(({ events }) =>
      events.map(({ occurred_at }) => occurred_at as string)
    )
    assert.deepStrictEqual(times, times.toSorted())
  }),

  law("what is accepted applies, in full, and changes something", runs, [walks], ([walk]) => {
    for (const { after, before, command, events } of stepsOf(aggregate, walk)) {
      if (events.length === 0) continue
      const why = after.anomalies.last.at(-1)?.why
      assert.strictEqual(
        after.anomalies.count,
        before.anomalies.count,
        `${command.command_type} is accepted, and then: ${why}`
      )
      assert.isTrue(
        events.some(({ event_type }) => silent.includes(event_type)) || isChanged(aggregate, before, after),
        `${events.map(({ event_type }) => event_type).join(", ")} changes nothing; name it in \`silent\` if it need not`
      )
    }
  })
]

const isChanged = (aggregate: LawDomain["aggregate"], before: Kept, after: Kept): boolean =>
  JSON.stringify(meaningOf(aggregate, before)) !== JSON.stringify(meaningOf(aggregate, after))

const repetitionLaws = (
  { aggregate, arbitraries: { anyCommand, opaque, walks }, runs }: LawDomain
): ReadonlyArray<Law> => [
  law(
    "a repeated command is a duplicate, with other content a conflict, also after a snapshot and after others",
    runs,
    [walks, anyCommand],
    ([walk, other]) => {
      const steps = stepsOf(aggregate, walk)
      const end = steps.at(-1)!.after
      for (const { after, command, context, events } of steps) {
        if (events.length === 0) continue
        const others = [other, ...walk.map(([command]) => command)]
          .map((other) => ({ ...other, identity: command.identity }))
          .filter((other) => asksFor(aggregate, other) !== asksFor(aggregate, command))
        for (const state of [after, restored(aggregate, after), end, restored(aggregate, end)]) {
          const again = decided(aggregate, state, command, context)
          assert.strictEqual(named(again), "Duplicate", `${command.command_type} again`)
          if (again._tag === "Duplicate") {
            assert.deepStrictEqual(
              again.events.map(({ id }) => id),
              events.map(({ event_id }) => event_id)
            )
          }
          requireCreated(aggregate, command, again)
          for (const other of others.slice(0, 3)) {
            const conflict = decided(aggregate, state, other, context)
            assert.strictEqual(
              named(conflict),
              "Rejected IdempotencyConflict",
              `the id of ${command.command_type} with other content`
            )
          }
        }
      }
    }
  ),

  law(
    "nothing is decided on a history that cannot be read",
    runs,
    [walks, opaque, anyCommand],
    ([walk, event, other]) => {
      const last = stepsOf(aggregate, walk).at(-1)!
      const unreadable = applied(aggregate, last.after, [event])
      for (const state of [unreadable, restored(aggregate, unreadable), applied(aggregate, unreadable, last.events)]) {
        for (const command of [other, last.command]) {
          assert.strictEqual(
            named(decided(aggregate, state, command, last.context)),
            `Rejected ${event.readable ? "UpgradeRequired" : "StreamUnreadable"}`
          )
        }
      }
    }
  )
]

/** The answer to a repeated command says what was created only if its event does. */
const requireCreated = (
  { catalog }: LawDomain["aggregate"],
  command: AnyCommand,
  again: Decision<unknown, unknown>
): void => {
  const { begins, creates } = catalog.commands.byType.get(command.command_type)!
  if (creates === undefined || begins || again._tag !== "Duplicate") return
  const events: ReadonlyArray<Partial<RememberedEvent>> = again.events
  assert.strictEqual(
    events.find(({ created_id }) => created_id !== undefined)?.created_id,
    idIn(command, creates.field),
    `what ${command.command_type} created is not known afterwards: its event is to be made with { creates: "${creates.field}" }`
  )
}

const asksFor = ({ catalog }: LawDomain["aggregate"], command: AnyCommand): string =>
  `${command.command_type} ${digestOf(catalog.commands.byType.get(command.command_type)!, command)}`
