import { MessageId } from "@cim-domain/commands/fields/Identifier"
import { rootIdentity } from "@cim-domain/commands/protocol/MessageIdentity"
import { rejected } from "@cim-domain/event-sourcing/Decider"
import { assert, describe, it } from "@effect/vitest"
import { makeContext } from "../src/makeContext.ts"
import { commandTable, type CommandType, commandTypes, supportedCommands } from "../src/OrganizationCommand.ts"
import { errorKinds } from "../src/OrganizationError.ts"
import type { OrganizationEvent } from "../src/OrganizationEvent.ts"
import { deriveId, organization } from "../src/protocol.ts"
import {
  at,
  backend,
  changes,
  command,
  created,
  event,
  first,
  frontend,
  given,
  happened,
  labs,
  noon,
  update as updateOf
} from "./examples.ts"
import { acme } from "./golden.ts"
import { readEvent } from "./readEvent.ts"

const pending = event("OrganizationCreated", { initial_status: "Pending" })
const changed = (new_status: string) => event("OrganizationStatusChanged", { new_status })
const dissolved = event("OrganizationDissolved")
const childAdded = event("ChildOrganizationAdded")
const childRemoved = event("ChildOrganizationRemoved")
const update = (fields: Readonly<Record<string, unknown>>, id = first) =>
  updateOf("UpdateOrganization", { identity: rootIdentity(MessageId.make(id)) }, fields)
const updated = (fields: Readonly<Record<string, unknown>>) =>
  happened("OrganizationUpdated", changes("OrganizationUpdated", fields))
const statusChanged = (previous_status: string, new_status: string, reason: string | null) =>
  happened("OrganizationStatusChanged", { previous_status, new_status, reason })

describe("CreateOrganization", () => {
  it("creates an organization that does not exist", () =>
    given().when(command("CreateOrganization"), at(noon)).isAccepted(happened("OrganizationCreated", {})))
  it("creates it pending when asked to", () =>
    given().when(command("CreateOrganization", { initial_status: "Pending" }), at(noon))
      .isAccepted(happened("OrganizationCreated", { initial_status: "Pending" })))
  it("refuses one that exists", () =>
    given(created).when(command("CreateOrganization"), at(noon))
      .isRejected(errorKinds.OrganizationAlreadyExists.make({ organization_id: acme, version: 1 })))
  it("refuses one that existed", () =>
    given(created, dissolved).when(command("CreateOrganization"), at(noon))
      .isRejected(errorKinds.OrganizationAlreadyExists.make({ organization_id: acme, version: 2 })))
  it("refuses an organization as its own parent", () =>
    given().when(command("CreateOrganization", { parent_id: acme }), at(noon))
      .isRejected(errorKinds.CircularReference.make({ kind: "Organization", path: [acme, acme] })))
  it("adopts what is there already", () => {
    const { state, when } = given(childAdded)
    assert.isNull(state.organization)
    when(command("CreateOrganization"), at(noon)).isAccepted(happened("OrganizationCreated", {}))
  })
  it("answers a repetition with what was recorded", () => {
    const original = happened("OrganizationCreated", {})
    const { decision } = given(original).when(command("CreateOrganization"), at(noon))
    const id = deriveId(first, `event:${acme}`)
    const event = { id, type: "OrganizationCreated", version: 1, position: 1, created_id: acme }
    assert.deepStrictEqual(decision, { _tag: "Duplicate", events: [event] })
  })
})

describe("UpdateOrganization", () => {
  it("records the fields that differ and no others", () =>
    given(created).when(update({ name: "Acme Corporation", display_name: "ACME" }), at(noon))
      .isAccepted(updated({ display_name: "ACME" })))
  it("records nothing when nothing differs", () =>
    given(created).when(
      update({ name: "Acme Corporation", metadata: { industry: "technology" }, organization_type: "Corporation" }),
      at(noon)
    ).changesNothing())
  it("empties a field that has a value", () =>
    given(created).when(update({ clear: ["founded_date", "description"] }), at(noon))
      .isAccepted(updated({ cleared: ["description", "founded_date"] })))
  it("empties an empty field without a trace", () =>
    given(event("OrganizationCreated", { description: null })).when(update({ clear: ["description"] }), at(noon))
      .changesNothing())
  it("replaces metadata as a whole", () =>
    given(created).when(update({ metadata: {} }), at(noon)).isAccepted(updated({ metadata: {} })))
  it("accepts an empty description as a value", () =>
    given(created).when(update({ description: "" }), at(noon)).isAccepted(updated({ description: "" })))
  it("changes the status alone like a change of status", () =>
    given(created).when(update({ name: "Acme Corporation", status: "Inactive" }), at(noon))
      .isAccepted(statusChanged("Active", "Inactive", null)))
  it("cannot suspend, for want of a reason", () =>
    given(created).when(update({ status: "Suspended" }), at(noon))
      .isRejected(errorKinds.ReasonRequired.make({ from: "Active", to: "Suspended" })))
  it("refuses a change of status with other changes", () =>
    given(created).when(update({ display_name: "ACME", status: "Inactive", clear: ["description"] }), at(noon))
      .isRejected(errorKinds.MixedStatusUpdate.make({
        from: "Active",
        to: "Inactive",
        changed: ["display_name", "description"]
      })))
  it("ignores an equal status", () =>
    given(created).when(update({ display_name: "ACME", status: "Active" }), at(noon))
      .isAccepted(updated({ display_name: "ACME" })))
  it("answers a repetition of a change of status as one", () =>
    given(created, statusChanged("Active", "Inactive", null)).when(update({ status: "Inactive" }), at(noon))
      .isDuplicate())
  it("refuses an organization that does not exist", () =>
    given().when(update({}), at(noon)).isRejected(errorKinds.OrganizationNotFound.make({ organization_id: acme })))
})

describe("ChangeOrganizationStatus", () => {
  const change = (new_status: string, reason: string | null = "why", id = first) =>
    command("ChangeOrganizationStatus", { new_status, reason }, id)
  const cases: ReadonlyArray<readonly [string, ReadonlyArray<OrganizationEvent>, ReadonlyArray<string>]> = [
    ["Pending", [pending], ["Active"]],
    ["Active", [created], ["Inactive", "Suspended"]],
    ["Inactive", [created, changed("Inactive")], ["Active"]],
    ["Suspended", [created, changed("Suspended")], ["Active"]]
  ]
  const uses: Readonly<Record<string, CommandType>> = {
    Dissolved: "DissolveOrganization",
    Merged: "MergeOrganizations"
  }
  for (const [from, history, allowed] of cases) {
    for (const to of ["Pending", "Active", "Inactive", "Suspended", "Dissolved", "Merged"]) {
      it(`${from} to ${to}`, () => {
        const outcome = given(...history).when(change(to), at(noon))
        if (from === to) outcome.changesNothing()
        else if (allowed.includes(to)) outcome.isAccepted(statusChanged(from, to, "why"))
        else {
          outcome.isRejected(
            errorKinds.InvalidStatusTransition.make({ from, to, allowed, use_command: uses[to] ?? null })
          )
        }
      })
    }
  }
  it("needs a reason to suspend", () =>
    given(created).when(change("Suspended", null), at(noon))
      .isRejected(errorKinds.ReasonRequired.make({ from: "Active", to: "Suspended" })))
  it("needs a reason to end a suspension", () =>
    given(created, changed("Suspended")).when(change("Active", null), at(noon))
      .isRejected(errorKinds.ReasonRequired.make({ from: "Suspended", to: "Active" })))
  it("needs no reason otherwise", () =>
    given(created).when(change("Inactive", null), at(noon)).isAccepted(statusChanged("Active", "Inactive", null)))
  it("is refused on a dissolved organization", () =>
    given(created, dissolved).when(change("Active"), at(noon))
      .isRejected(errorKinds.OrganizationTerminal.make({ status: "Dissolved" })))
})

describe("DissolveOrganization", () => {
  const dissolve = (effective_date: string, id = first) => command("DissolveOrganization", { effective_date }, id)
  const max = "2025-08-20T12:05:00.000Z"
  it("dissolves from every status that is not terminal", () => {
    for (const history of [[pending], [created], [created, changed("Inactive")], [created, changed("Suspended")]]) {
      given(...history).when(dissolve(noon), at(noon)).isAccepted(
        happened("OrganizationDissolved", { effective_date: noon })
      )
    }
  })
  it("is refused while there are child organizations", () =>
    given(created, childAdded).when(dissolve(noon), at(noon))
      .isRejected(errorKinds.HasChildOrganizations.make({ ids: [labs] })))
  it("is accepted once they are gone", () =>
    given(created, childAdded, childRemoved).when(dissolve(noon), at(noon))
      .isAccepted(happened("OrganizationDissolved", { effective_date: noon })))
  it("accepts five minutes of disagreement between clocks", () =>
    given(created).when(dissolve(max), at(noon)).isAccepted(happened("OrganizationDissolved", { effective_date: max })))
  it("refuses more", () =>
    given(created).when(dissolve("2025-08-20T12:05:00.001Z"), at(noon))
      .isRejected(errorKinds.EffectiveDateOutOfRange.make({ min: "2020-01-15T00:00:00.000Z", max })))
  it("refuses a date before the foundation", () =>
    given(created).when(dissolve("2020-01-14T23:59:59.999Z"), at(noon))
      .isRejected(errorKinds.EffectiveDateOutOfRange.make({ min: "2020-01-15T00:00:00.000Z", max })))
  it("accepts the day of the foundation", () => {
    const founded = "2020-01-15T00:00:00.000Z"
    given(created).when(dissolve(founded), at(noon))
      .isAccepted(happened("OrganizationDissolved", { effective_date: founded }))
  })
  it("says what the date may be", () => {
    const text = (min: string | null) => errorKinds.EffectiveDateOutOfRange.make({ min, max: "B" }).message
    assert.strictEqual(text(null), "Effective date out of range: must be at most B")
    assert.strictEqual(text("A"), "Effective date out of range: must be from A to B")
  })
  it("accepts any past date when the foundation is not known", () =>
    given(event("OrganizationCreated", { founded_date: null })).when(dissolve("0001-01-01T00:00:00.000Z"), at(noon))
      .isAccepted(happened("OrganizationDissolved", { effective_date: "0001-01-01T00:00:00.000Z" })))
  it("is refused the second time", () =>
    given(created, dissolved).when(dissolve(noon), at(noon))
      .isRejected(errorKinds.OrganizationTerminal.make({ status: "Dissolved" })))
  it("keeps reason and date", () => {
    const root = given(created, dissolved).state.organization
    assert.deepStrictEqual(
      [root?.status, root?.status_reason, root?.dissolved_on as string],
      ["Dissolved", "Voluntary winding-up", "2025-08-19T00:00:00.000Z"]
    )
  })
})

describe("any command", () => {
  it("that is repeated is answered with what was created then, whatever it names now", () => {
    const { decision } = given(created, happened("TeamFormed", { team_id: backend }))
      .when(command("CreateTeam", { team_id: frontend }), at(noon))
    assert.deepStrictEqual(
      decision._tag === "Duplicate" && decision.events.map((event) => Object.entries(event).at(-1)),
      [["created_id", backend]]
    )
  })
  it("is refused when its id was used by another command", () =>
    given(happened("OrganizationCreated", {})).when(update({ name: "Other" }), at(noon))
      .isRejected(
        errorKinds.IdempotencyConflict.make({ command_id: first, recorded_type: "CreateOrganization", why: "type" })
      ))
  it("is refused when the version is not the expected one", () =>
    given(created).when(update({ name: "Other", expected_version: 7 }), at(noon))
      .isRejected(errorKinds.VersionConflict.make({ expected: 7, actual: 1 })))
  it("is accepted when it is", () =>
    given(created).when(update({ name: "Other", expected_version: 1 }), at(noon)).isAccepted(
      updated({ name: "Other" })
    ))
  it("is refused where the policy says no, before anything is told about the organization", () =>
    given().when(update({ issued_by: "eve" }), { ...at(noon), policy: (actor) => actor !== "eve" })
      .isRejected(errorKinds.PermissionDenied.make({ actor: "eve", action: "UpdateOrganization" })))
  /** What is said to an update after events some of which cannot be read. */
  const after = (...events: ReadonlyArray<OrganizationEvent>) =>
    organization.decide(
      events.reduce((state, event, index) => organization.evolve(state, event, index + 1), organization.initial(acme)),
      update({}),
      at(noon)
    )
  it("is refused after an event of a newer version", () =>
    assert.deepStrictEqual(
      after(created, readEvent(`{"event_type":"OrganizationTeleported","schema_version":3}`)),
      rejected(errorKinds.UpgradeRequired.make({ event_type: "OrganizationTeleported", schema_version: 3 }))
    ))
  it("is refused after an event that is not JSON", () =>
    assert.deepStrictEqual(
      after(created, childAdded, readEvent("{")),
      rejected(errorKinds.StreamUnreadable.make({ sequence: 3 }))
    ))
  it("happens no earlier than what happened before", () =>
    given(created).when(update({ name: "Other" }), at("2024-01-01T00:00:00.000Z"))
      .isAccepted({ ...updated({ name: "Other" }), occurred_at: "2025-08-19T09:30:00.000Z" } as OrganizationEvent))
  it("bears any clock", () => {
    for (const now of [Number.NaN, Number.POSITIVE_INFINITY, -1e300]) {
      const { decision } = given().when(command("CreateOrganization"), makeContext({ commandId: first, now }))
      assert.strictEqual(decision._tag, "Accepted")
    }
  })
  it("that belongs to a later version is refused as such only where it could be carried out", () => {
    const merge = (fields = {}) => command("MergeOrganizations", fields)
    given(created).when(merge(), at(noon)).isRejected(
      errorKinds.CommandNotSupported.make({ command_type: "MergeOrganizations", supported: supportedCommands })
    )
    given().when(merge(), at(noon)).isRejected(errorKinds.OrganizationNotFound.make({ organization_id: acme }))
    given(created, dissolved).when(merge(), at(noon))
      .isRejected(errorKinds.OrganizationTerminal.make({ status: "Dissolved" }))
    given(created, changed("Suspended")).when(merge(), at(noon)).isRejected(
      errorKinds.CommandNotAllowedInStatus.make({
        status: "Suspended",
        command: "MergeOrganizations",
        allowed_in: ["Active"]
      })
    )
    given(created).when(merge({ expected_version: 7 }), at(noon))
      .isRejected(errorKinds.VersionConflict.make({ expected: 7, actual: 1 }))
    assert.sameMembers([...supportedCommands, "MergeOrganizations"], [...commandTypes])
  })
  it("has its gate", () => {
    const statuses = ["Pending", "Active", "Inactive", "Suspended"] as const
    const row = (type: CommandType) =>
      statuses.map((status) => commandTable[type].gate.includes(status) ? "+" : "-").join("")
    const rows = Object.groupBy(commandTypes, row)
    assert.sameMembers(rows["++--"] ?? [], [
      "CreateDepartment",
      "CreateTeam",
      "CreateRole",
      "CreateFacility",
      "AddChildOrganization"
    ])
    assert.sameMembers(rows["+++-"] ?? [], [
      "UpdateDepartment",
      "UpdateTeam",
      "UpdateRole",
      "UpdateFacility",
      "RestructureDepartment",
      "DissolveDepartment",
      "DisbandTeam",
      "DeprecateRole",
      "RemoveFacility"
    ])
    assert.sameMembers(rows["++++"] ?? [], [
      "UpdateOrganization",
      "RemoveChildOrganization",
      "ChangeOrganizationStatus",
      "DissolveOrganization"
    ])
    assert.sameMembers(rows["-+--"] ?? [], ["MergeOrganizations"])
  })
})

describe("events that do not fit", () => {
  const noted = (...events: ReadonlyArray<OrganizationEvent>) => given(...events).state
  it("change nothing but the version", () => {
    const before = noted(created)
    const misfits = [
      created,
      event("OrganizationUpdated", { organization_id: labs }),
      childRemoved,
      event("ChildOrganizationAdded", { child_organization_id: acme })
    ]
    for (const misfit of misfits) {
      const after = noted(created, misfit)
      assert.strictEqual(after.anomalies.count, 1)
      assert.deepStrictEqual({ ...after, version: 1, anomalies: before.anomalies }, before)
    }
  })
  it("cannot lead out of a terminal status", () => {
    const after = noted(
      created,
      dissolved,
      changed("Active"),
      event("OrganizationUpdated", { changes: { status: "Active" } })
    )
    assert.strictEqual(after.organization?.status, "Dissolved")
    assert.strictEqual(after.anomalies.count, 2)
  })
  it("are counted without bound and kept with one", () => {
    const { anomalies } = noted(...Array.from({ length: 70 }, () => childRemoved))
    assert.strictEqual(anomalies.count, 70)
    assert.lengthOf(anomalies.last, 50)
    assert.strictEqual(anomalies.last.at(-1)?.version, 70)
  })
  it("may carry a status in an update, as the first version of the service wrote them", () => {
    const after = noted(created, event("OrganizationUpdated", { changes: { status: "Inactive", name: "Old" } }))
    assert.deepInclude(after.organization, { status: "Inactive", name: "Old" })
  })
})
