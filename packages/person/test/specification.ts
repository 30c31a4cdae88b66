import type { BareEventOf } from "@cim-domain/commands/Aggregate"
import { EventId, MessageId } from "@cim-domain/commands/fields/Identifier"
import { timestampFromMillis } from "@cim-domain/commands/fields/Timestamp"
import type { OpaqueEvent } from "@cim-domain/commands/history/OpaqueEvent"
import { rootIdentity } from "@cim-domain/commands/protocol/MessageIdentity"
import { uuidOf } from "@cim-domain/commands/testing/valueArbitraries"
import type { Decision } from "@cim-domain/event-sourcing/Decider"
import { assert } from "@effect/vitest"
import { Result } from "effect"
import { Person, PersonId } from "../src/Person.ts"

const { decide, evolve, initial } = Person.decider

type Inputs = NonNullable<(typeof Person)["~inputs"]>
type Event = Exclude<Parameters<typeof evolve>[1], OpaqueEvent>
type Outcome = ReturnType<typeof decide>

/** A command as somebody gives it: its type and its own fields, but for the id of the person. */
export type GivenCommand = {
  [Type in keyof Inputs]: { readonly command_type: Type } & Omit<Inputs[Type], "person_id">
}[keyof Inputs]

/** An event as the domain says it: its type and its own fields. */
export type BareEvent = BareEventOf<"person", Event>

/** The person that all examples are about. */
export const ada = PersonId.make(uuidOf(0))

/** When everything is decided, unless a test says otherwise. */
export const noon = Date.parse("2026-03-01T12:00:00.000Z")

/** An event with what all events have, the `number`th of its history. */
export const recorded = (event: BareEvent, number: number): Event => ({
  person_id: ada,
  ...event,
  event_id: EventId.make(uuidOf(1_000 + number)),
  identity: rootIdentity(MessageId.make(uuidOf(2_000 + number))),
  occurred_at: timestampFromMillis(noon),
  issued_by: null,
  schema_version: 1
})

/** A command to the person, and what it is decided with. */
export const sent = ({ command_type, ...fields }: GivenCommand, commandId = uuidOf(9), now = noon) =>
  [
    Result.getOrThrow(Person.makeCommand(command_type, commandId, { person_id: ada, ...fields })),
    Person.makeContext({ commandId, now })
  ] as const

/** What the domain says of an event. */
export const bare = (event: Event): BareEvent => {
  const { event_id: _1, identity: _2, issued_by: _3, occurred_at: _4, person_id: _5, schema_version: _6, ...own } =
    event
  return own
}

/** The state after events. */
export const after = (events: ReadonlyArray<BareEvent>) =>
  events.reduce((state, event, index) => evolve(state, recorded(event, index), index + 1), initial(ada))

/**
 * Given that this happened, when this is asked for, then this follows; events as the domain says them.
 *
 * ```ts
 * given({ event_type: "PersonRegistered", name: "Ada" }).when({ command_type: "RenamePerson", name: "Zoë" })
 *   .isAccepted({ event_type: "PersonRenamed", name: "Zoë" })
 * ```
 */
export const given = (...events: ReadonlyArray<BareEvent>) => ({
  // Of a command that may be long forgotten, the history tells: it holds nothing of this one.
  when: (command: GivenCommand, now = noon) => outcome(decide(after(events), ...sent(command, uuidOf(9), now), []))
})

const outcome = (decision: Outcome) => ({
  /** Exactly these events happen. */
  isAccepted: (...events: ReadonlyArray<BareEvent>) => {
    const said: unknown = decision._tag === "Accepted" ? decision.events.map((event) => bare(event as Event)) : decision
    assert.deepStrictEqual(said, events)
  },
  /** There is nothing to record. */
  changesNothing: () => assert.deepStrictEqual(decision, { _tag: "NoChange" }),
  /** It is refused for exactly this reason. */
  isRejected: (rejection: Extract<Outcome, { _tag: "Rejected" }>["rejection"]) =>
    assert.deepStrictEqual(decision, { _tag: "Rejected", rejection } satisfies Decision<never, typeof rejection>)
})
