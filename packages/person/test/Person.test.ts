import type { BareEventOf } from "@cim-domain/commands/Aggregate"
import type { OpaqueEvent } from "@cim-domain/commands/history/OpaqueEvent"
import { specification } from "@cim-domain/commands/testing/specification"
import { uuidOf } from "@cim-domain/commands/testing/valueArbitraries"
import { assert, describe, it } from "@effect/vitest"
import { AssignmentId, OrganizationId, Person, PersonId, RoleId } from "../src/Person.ts"

const ada = PersonId.make(uuidOf(0))
const { given } = specification(Person, { aggregateId: ada })

type BareEvent = BareEventOf<"person", Exclude<Parameters<typeof Person.decider.evolve>[1], OpaqueEvent>>
type GivenCommand = Parameters<ReturnType<typeof given>["when"]>[0]

const organization_id = OrganizationId.make(uuidOf(10))
const [chair, editor] = [RoleId.make(uuidOf(20)), RoleId.make(uuidOf(21))]
const [first, second] = [AssignmentId.make(uuidOf(30)), AssignmentId.make(uuidOf(31))]

const registered: BareEvent = { event_type: "PersonRegistered", name: "Ada" }
const died: BareEvent = { event_type: "DeathRecorded", died_on: "2026-02-28" }
const assigned = (assignment_id = first, role_id = chair, from = "2026-01-01"): BareEvent => ({
  event_type: "RoleAssigned",
  assignment_id,
  organization_id,
  role_id,
  from
})
const ended = (until: string, assignment_id = first): BareEvent => ({
  event_type: "AssignmentEnded",
  assignment_id,
  until
})
const assign = (assignment_id = first, role_id = chair, from = "2026-01-01"): GivenCommand => ({
  command_type: "AssignRole",
  assignment_id,
  organization_id,
  role_id,
  from
})
const end = (until: string, assignment_id = first): GivenCommand => ({
  command_type: "EndAssignment",
  assignment_id,
  until
})

describe("RegisterPerson", () => {
  const register: GivenCommand = { command_type: "RegisterPerson", name: "Ada" }
  it("begins a person", () => given().when(register).isAccepted(registered))
  it("refuses a person who is there, also one who has died", () => {
    given(registered).when(register).isRejected("PersonExists", { id: ada })
    given(registered, died).when(register).isRejected("PersonExists", { id: ada })
  })
})

describe("whoever is not there, or not any more,", () => {
  const others: ReadonlyArray<GivenCommand> = [
    { command_type: "RenamePerson", name: "Ada" },
    { command_type: "ChangeContact" },
    assign(),
    end("2026-03-01"),
    { command_type: "MarkDeceased", died_on: "2026-03-01" }
  ]
  for (const command of others) {
    it(`takes no ${command.command_type}`, () => {
      given().when(command).isRejected("PersonNotFound", { id: ada })
      given(registered, assigned(), died).when(command).isRejected("PersonDeceased", { id: ada })
    })
  }
})

describe("RenamePerson", () => {
  it("renames", () =>
    given(registered).when({ command_type: "RenamePerson", name: "Ada King" })
      .isAccepted({ event_type: "PersonRenamed", name: "Ada King" }))
  it("has nothing to do when that is the name", () =>
    given(registered).when({ command_type: "RenamePerson", name: "Ada" }).changesNothing())
})

describe("ChangeContact", () => {
  const changed: BareEvent = { event_type: "ContactChanged", email: "ada@example.org", phone: null }
  it("takes both as they are given, and what is missing is none", () => {
    given(registered).when({ command_type: "ChangeContact", email: "ada@example.org" }).isAccepted(changed)
    given(registered, changed).when({ command_type: "ChangeContact", phone: "+4930123456" })
      .isAccepted({ event_type: "ContactChanged", email: null, phone: "+4930123456" })
    const both = { email: "ada@example.org", phone: "+4930123456" }
    given(registered, changed).when({ command_type: "ChangeContact", ...both })
      .isAccepted({ event_type: "ContactChanged", ...both })
  })
  it("has nothing to do when they are the same", () =>
    given(registered, changed).when({ command_type: "ChangeContact", email: "ada@example.org" }).changesNothing())
})

describe("AssignRole", () => {
  it("gives a role", () => given(registered).when(assign()).isAccepted(assigned()))
  it("gives several roles at a time", () =>
    given(registered, assigned()).when(assign(second, editor)).isAccepted(assigned(second, editor)))
  it("refuses an assignment that was used", () =>
    given(registered, assigned(), ended("2026-01-31")).when(assign(first, editor))
      .isRejected("AssignmentExists", { id: first }))
  it("refuses a role that is held in that time, and gives it from the day after", () => {
    const held = ["RoleAlreadyHeld", { id: chair }] as const
    given(registered, assigned()).when(assign(second)).isRejected(...held)
    const { when } = given(registered, assigned(), ended("2026-01-31"))
    when(assign(second, chair, "2025-01-01")).isRejected(...held)
    when(assign(second, chair, "2026-01-31")).isRejected(...held)
    when(assign(second, chair, "2026-02-01")).isAccepted(assigned(second, chair, "2026-02-01"))
  })
  it("refuses more than there may be", () => {
    const { assignments: max } = Person.limits
    const many = Array.from(
      { length: max },
      (_, index) => assigned(AssignmentId.make(uuidOf(100 + index)), RoleId.make(uuidOf(5_000 + index)))
    )
    given(registered, ...many.slice(1)).when(assign()).isAccepted(assigned())
    given(registered, ...many).when(assign()).isRejected("LimitExceeded", {
      limit: "assignments",
      max,
      actual: max + 1
    })
  })
})

describe("EndAssignment", () => {
  it("ends it, if need be on the day of its beginning", () => {
    given(registered, assigned()).when(end("2026-12-31")).isAccepted(ended("2026-12-31"))
    given(registered, assigned()).when(end("2026-01-01")).isAccepted(ended("2026-01-01"))
  })
  it("refuses a day before its beginning", () =>
    given(registered, assigned()).when(end("2025-12-31"))
      .isRejected("DayOutOfRange", { day: "2025-12-31", min: "2026-01-01", max: null }))
  it("refuses one that is not there", () =>
    given(registered, assigned()).when(end("2026-12-31", second))
      .isRejected("AssignmentNotFound", { id: second }))
  it("refuses another end, and has nothing to do for the same", () => {
    const { when } = given(registered, assigned(), ended("2026-12-31"))
    when(end("2026-12-31")).changesNothing()
    when(end("2026-11-30")).isRejected("AssignmentOver", { id: first })
  })
})

describe("MarkDeceased", () => {
  const mark = (died_on: string): GivenCommand => ({ command_type: "MarkDeceased", died_on })
  const evening = Date.parse("2026-03-01T10:00:00.000Z")
  it("records the day", () => given(registered).when(mark("2026-02-28"), { now: evening }).isAccepted(died))
  it("refuses a day that has begun nowhere yet", () => {
    given(registered).when(mark("2026-03-02"), { now: evening })
      .isAccepted({ event_type: "DeathRecorded", died_on: "2026-03-02" })
    given(registered).when(mark("2026-03-02"), { now: evening - 1 })
      .isRejected("DayOutOfRange", { day: "2026-03-02", min: null, max: "2026-03-01" })
  })
  it("ends what the person holds, or was to hold longer", () => {
    const third = AssignmentId.make(uuidOf(32))
    const { assignments, status } = given(
      registered,
      assigned(),
      ended("2026-01-31"),
      assigned(second, editor),
      assigned(third, RoleId.make(uuidOf(22))),
      ended("2026-12-31", third),
      died
    ).state
    assert.strictEqual(status, "Deceased")
    assert.deepStrictEqual(assignments.map(({ until }) => until), ["2026-01-31", "2026-02-28", "2026-02-28"])
  })
})

describe("history", () => {
  it("that says a person begins twice is noted, and nothing else", () => {
    const { anomalies, name, version } = given(registered, { event_type: "PersonRegistered", name: "Zoë" }).state
    assert.deepInclude({ name, version, count: anomalies.count }, { name: "Ada", version: 2, count: 1 })
  })
})
