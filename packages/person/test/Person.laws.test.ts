import { MessageId } from "@cim-domain/commands/fields/Identifier"
import { rootIdentity } from "@cim-domain/commands/protocol/MessageIdentity"
import { aggregateLaws } from "@cim-domain/commands/testing/aggregateLaws"
import { among, listOf, oneOf, orNull, upTo, uuidOf, words } from "@cim-domain/commands/testing/valueArbitraries"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Effect, Result } from "effect"
import { AssignmentId, errors, OrganizationId, Person, PersonId, RoleId } from "../src/Person.ts"

const { decider } = Person
const ada = PersonId.make(uuidOf(0))
const noon = Date.parse("2026-03-01T12:00:00.000Z")
const day = 86_400_000

type Inputs = NonNullable<(typeof Person)["~inputs"]>

/** A command as somebody gives it: its type and its own fields, but for the id of the person. */
type GivenCommand = {
  [Type in keyof Inputs]: { readonly command_type: Type } & Omit<Inputs[Type], "person_id">
}[keyof Inputs]

/** A command to the person, and what it is decided with. */
const sent = ({ command_type, ...fields }: GivenCommand, commandId: string) =>
  [
    Result.getOrThrow(Person.makeCommand(command_type, commandId, { person_id: ada, ...fields })),
    Person.makeContext({ commandId, now: noon })
  ] as const

/** As many as there may be in laws, so that walks meet the bound. */
const limits = { assignments: 3 }
const runs = Number(process.env["LAW_RUNS"] ?? 200)
const arbitrary = { runs }

/** Few of each kind, so that commands and events meet. */
const assignment_id = Arbitrary.map(upTo(7), (number) => AssignmentId.make(uuidOf(30 + number)))
const role_id = Arbitrary.map(upTo(4), (number) => RoleId.make(uuidOf(20 + number)))
const organization_id = Arbitrary.map(upTo(1), (number) => OrganizationId.make(uuidOf(10 + number)))
const aDay = Arbitrary.map(upTo(14), (number) => new Date(noon + (number - 7) * day).toISOString().slice(0, 10))
/** Days before the commands of the laws that every domain has come: whose day of death is to come is refused. */
const earlier = among("2022-12-31", "2023-01-01", "2023-02-28")
const name = words(200)
const email = orNull(among("ada@example.org", "zoë@例え.jp"))
const phone = orNull(among("+4930123456", "+12025550123"))

const command: Arbitrary.Arbitrary<GivenCommand> = oneOf<GivenCommand>(
  Arbitrary.all({ command_type: among("RegisterPerson" as const), name }),
  Arbitrary.all({ command_type: among("RenamePerson" as const), name }),
  Arbitrary.all({ command_type: among("ChangeContact" as const), email, phone }),
  Arbitrary.all({ command_type: among("AssignRole" as const), assignment_id, organization_id, role_id, from: aDay }),
  Arbitrary.all({ command_type: among("AssignRole" as const), assignment_id, organization_id, role_id, from: aDay }),
  Arbitrary.all({ command_type: among("EndAssignment" as const), assignment_id, until: aDay }),
  Arbitrary.all({ command_type: among("EndAssignment" as const), assignment_id, until: aDay })
)

const death: Arbitrary.Arbitrary<GivenCommand> = Arbitrary.all({
  command_type: among("MarkDeceased" as const),
  died_on: aDay
})

/** Commands in the order they are sent: most walks begin with a registration, and in some somebody dies on the way. */
const walks = Arbitrary.map(
  Arbitrary.all([upTo(19), listOf(command, 20), orNull(death), listOf(command, 5)]),
  ([chance, before, death, afterwards]) =>
    [
      ...(chance === 0 ? [] : [{ command_type: "RegisterPerson", name: "Ada" } as const]),
      ...before,
      ...(death === null ? [] : [death]),
      ...afterwards
    ].map((given, index) => {
      const [command, context] = sent(given, uuidOf(100 + index))
      return [command, { ...context, limits }] as const
    })
)

aggregateLaws(Person, { runs, fields: { from: earlier, until: earlier, died_on: earlier } })

type State = ReturnType<typeof decider.initial>
type Assignment = State["assignments"][number]

type Walk = ReadonlyArray<readonly [Parameters<typeof decider.decide>[1], Parameters<typeof decider.decide>[2]]>

/** What every command of a walk led to. */
const stepsOf = (walk: Walk) => {
  let state = decider.initial(ada)
  return walk.map(([command, context]) => {
    const before = state
    const decision = decider.decide(before, command, context)
    const events = decision._tag === "Accepted" ? decision.events : []
    for (const event of events) state = decider.evolve(state, event, state.version + 1)
    return { before, after: state, command, context, decision, events }
  })
}

type Step = ReturnType<typeof stepsOf>[number]

/** Whether two assignments of one role have a day in common. */
const overlap = (a: Assignment, b: Assignment) =>
  a.role_id === b.role_id && a.from <= (b.until ?? "9999") && b.from <= (a.until ?? "9999")

describe("laws of a person", () => {
  it.effect("are tried on walks that lead everywhere", () =>
    Effect.gen(function*() {
      const reached = new Set<string>()
      for (const { decision, events } of (yield* Arbitrary.sampleEffect(walks, { count: 300 })).flatMap(stepsOf)) {
        for (const { event_type } of events) reached.add(event_type)
        reached.add(decision._tag === "Rejected" ? decision.rejection._tag : decision._tag)
      }
      const expected = [...Person.catalog.events.types, ...Object.keys(errors), "LimitExceeded", "Accepted", "NoChange"]
      assert.sameMembers([...reached], expected)
    }))

  const law = (name: string, holds: (step: Step) => void) =>
    it.prop(name, [walks], ([walk]) => stepsOf(walk).forEach(holds), { arbitrary })

  law("one command makes at most one event, and every event changes something", ({ after, before, events }) => {
    assert.isAtMost(events.length, 1)
    const { recent_commands: _1, updated_at: _2, version: _3, ...was } = before
    const { recent_commands: _4, updated_at: _5, version: _6, ...is } = after
    if (events.length > 0) assert.notDeepEqual(is, was)
    assert.strictEqual(after.anomalies.count, 0)
  })

  law("nobody holds a role twice on one day, and no assignment ends before it begins", ({ after }) => {
    const { assignments, status } = after
    assert.isAtMost(assignments.length, limits.assignments)
    assert.strictEqual(new Set(assignments.map(({ assignment_id }) => assignment_id)).size, assignments.length)
    for (const [index, assignment] of assignments.entries()) {
      if (status === "Living") assert.isTrue(assignment.from <= (assignment.until ?? "9999"))
      assert.isFalse(assignments.slice(0, index).some((other) => overlap(assignment, other)))
    }
  })

  law("the dead change no more, and hold nothing", ({ after, before, decision }) => {
    if (before.status === "Deceased") assert.strictEqual(decision._tag, "Rejected")
    if (after.status === "Deceased") assert.isFalse(after.assignments.some(({ until }) => until === null))
  })

  law("what was done needs not be done again", ({ after, command, events }) => {
    const isLasting = ["RenamePerson", "ChangeContact", "EndAssignment"].includes(command.command_type)
    if (events.length === 0 || !isLasting) return
    const commandId = uuidOf(900)
    const again = { ...command, identity: rootIdentity(MessageId.make(commandId)) }
    const context = { ...Person.makeContext({ commandId, now: noon }), limits }
    assert.deepStrictEqual(decider.decide(after, again, context), { _tag: "NoChange" })
  })
})
