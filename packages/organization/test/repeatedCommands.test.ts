import { MessageId } from "@cim-domain/commands/fields/Identifier"
import { rootIdentity } from "@cim-domain/commands/protocol/MessageIdentity"
import { rejected } from "@cim-domain/event-sourcing/Decider"
import type { RecordedEvent } from "@cim-domain/event-sourcing/Event"
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { type OrganizationCommand } from "../src/OrganizationCommand.ts"
import { errorKinds } from "../src/OrganizationError.ts"
import type { OrganizationEvent } from "../src/OrganizationEvent.ts"
import type { OrganizationState } from "../src/OrganizationState.ts"
import { organization } from "../src/protocol.ts"
import { organizationEventCodec, organizationStateCodec } from "../src/protocol.ts"
import { at, command, created, event, first, given, happened, noon, update as updateOf } from "./examples.ts"
import { acme } from "./golden.ts"

const second = "0198c0de-2000-7000-8000-000000000011"
const update = (fields: Readonly<Record<string, unknown>>, id = first) =>
  updateOf("UpdateOrganization", { identity: rootIdentity(MessageId.make(id)) }, fields)
const statusChanged = (previous_status: string, new_status: string, reason: string | null) =>
  happened("OrganizationStatusChanged", { previous_status, new_status, reason })

describe("a repeated command", () => {
  const change = (new_status: string, reason: string | null) =>
    command("ChangeOrganizationStatus", { new_status, reason })
  const conflict = (recorded_type: string, why: "type" | "content") =>
    errorKinds.IdempotencyConflict.make({ command_id: first, recorded_type, why })
  const deactivated = statusChanged("Active", "Inactive", "why")
  /** The state after an event of which is known what its command was. */
  const after = (recorded: OrganizationCommand) =>
    organization.evolve(given(created).state, deactivated, 2, organization.factsOf!(recorded))
  const stored = (state: OrganizationState) =>
    Result.getOrThrow(organizationStateCodec.decode(organizationStateCodec.encode(state)))

  it("is one if it asks for the same, whoever asks and on which version", () => {
    for (const state of [after(change("Inactive", "why")), stored(after(change("Inactive", "why")))]) {
      for (const more of [{}, { issued_by: "somebody else" }, { expected_version: 7 }]) {
        const again = { ...change("Inactive", "why"), ...more } as OrganizationCommand
        assert.strictEqual(organization.decide(state, again, at(noon))._tag, "Duplicate")
      }
    }
  })
  it("is none if it asks for something else", () => {
    for (const state of [after(change("Inactive", "why")), stored(after(change("Inactive", "why")))]) {
      const said = (again: OrganizationCommand) => organization.decide(state, again, at(noon))
      const content = rejected(conflict("ChangeOrganizationStatus", "content"))
      assert.deepStrictEqual(said(change("Active", "why")), content)
      assert.deepStrictEqual(said(change("Inactive", "because")), content)
      assert.deepStrictEqual(said(change("Inactive", null)), content)
      const type = rejected(conflict("ChangeOrganizationStatus", "type"))
      assert.deepStrictEqual(said(update({ status: "Inactive" })), type)
    }
  })
  it("is told by its type alone where events do not say what their command was", () => {
    const old = given(created, deactivated)
    old.when(change("Active", null), at(noon)).isDuplicate()
    old.when(update({ status: "Inactive" }), at(noon)).isDuplicate()
    old.when(command("DissolveOrganization"), at(noon)).isRejected(conflict("ChangeOrganizationStatus", "type"))
  })
})

describe("recent commands", () => {
  const idOf = (index: number) => `0198c0de-3000-7000-8000-${String(index).padStart(12, "0")}`
  const renames = Array.from(
    { length: 1001 },
    (_, index) => happened("OrganizationUpdated", { changes: { name: String(index) } }, idOf(index))
  )
  const repeat = (index: number) => update({ name: "Other" }, idOf(index))
  const recordedOf = (event: OrganizationEvent): RecordedEvent => {
    const { cause, data, id, type } = organizationEventCodec.encode(event)
    const { commandId, correlationId } = cause
    return { aggregateId: acme, id, type, version: 2, position: 2, time: 0, commandId, correlationId, data }
  }
  it("are the last thousand", () => {
    const { when } = given(created, ...renames)
    when(repeat(1), at(noon)).isDuplicate()
    when(repeat(1000), at(noon)).isDuplicate()
    assert.deepStrictEqual(when(repeat(0), at(noon)).decision, { _tag: "Forgotten", commandId: idOf(0) })
  })
  it("that are forgotten are decided by what the history says of them", () => {
    const { state } = given(created, ...renames)
    const again = repeat(0)
    const event = renames[0]!
    const recorded = { ...recordedOf(event), command: organization.factsOf!(again) }
    const said = (...found: ReadonlyArray<RecordedEvent>) => organization.decide(state, again, at(noon), found)
    assert.strictEqual(said()._tag, "Accepted")
    assert.deepStrictEqual(said(recorded), {
      _tag: "Duplicate",
      events: [{ id: recorded.id!, type: "OrganizationUpdated", version: 2, position: 2 }]
    })
    const other = { ...recorded, command: { ...recorded.command, digest: "0123456789abcdef" } }
    assert.deepInclude(said(other), {
      rejection: errorKinds.IdempotencyConflict.make({
        command_id: idOf(0),
        recorded_type: "UpdateOrganization",
        why: "content"
      })
    })
  })
  it("are not looked for when they are younger than all that are forgotten, or of a kind that none of those is", () => {
    const { when } = given(created, ...renames)
    const younger = "0198c0df-0000-7000-8000-000000000000"
    assert.strictEqual(when(update({ name: "Other" }, younger), at(noon, younger)).decision._tag, "Accepted")
    const v4 = "9d3ab5d2-5b9e-4c63-8f0a-3a8e8a2a7f10"
    assert.strictEqual(when(update({ name: "Other" }, v4), at(noon, v4)).decision._tag, "Accepted")
  })
  it("are found by the id of the command in events of the first version", () => {
    const identity = rootIdentity(MessageId.make(second))
    given(event("OrganizationCreated", { identity })).when(command("CreateOrganization", {}, second), at(noon))
      .isDuplicate()
  })
})
