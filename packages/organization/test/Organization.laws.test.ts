import type { MessageId } from "@cim-domain/commands/fields/Identifier"
import { canonicalUuid } from "@cim-domain/commands/fields/uuid"
import { upTo, uuid, uuidOf } from "@cim-domain/commands/testing/valueArbitraries"
import { deciderLaws } from "@cim-domain/event-sourcing/testing/deciderLaws"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Equal, HashMap, Option } from "effect"
import { isTerminal, type OrganizationStatus } from "../src/organization/organizationFields.ts"
import { type CommandType, commandTypes, type OrganizationCommand } from "../src/OrganizationCommand.ts"
import type { ErrorTag } from "../src/OrganizationError.ts"
import { type KnownEvent } from "../src/OrganizationEvent.ts"
import type { OrganizationState } from "../src/OrganizationState.ts"
import { deriveId } from "../src/protocol.ts"
import { organization } from "../src/protocol.ts"
import { commandIdOf, streamOf } from "../src/protocol.ts"
import {
  anyCommand,
  commandOf,
  foldableHistories,
  histories,
  walkedOrganizationId
} from "../src/testing/arbitraries.ts"
import { walks } from "../src/testing/walks.ts"
import { acme } from "./golden.ts"
import { arbitrary, lawRuns } from "./lawRuns.ts"
import { contextOf, endOf, indexed, listed, meaningOf, renewed, replay, stepsOf } from "./walking.ts"

const { decide, evolve, initial } = organization

deciderLaws("an organization", {
  decider: organization,
  aggregateId: walkedOrganizationId,
  walks: Arbitrary.map(walks, (walk) => walk.slice(0, 40)),
  histories,
  versionOf: (state) => state.version,
  plain: (state) => ({ ...state, index: indexed(state.index), recent_commands: state.recent_commands.list() }),
  runs: lawRuns
})

/** All that deciding may answer when everybody may do everything. */
const decidable: ReadonlyArray<ErrorTag> = [
  "OrganizationNotFound",
  "DepartmentNotFound",
  "TeamNotFound",
  "RoleNotFound",
  "FacilityNotFound",
  "ChildOrganizationNotFound",
  "OrganizationAlreadyExists",
  "EntityAlreadyExists",
  "CodeAlreadyInUse",
  "CircularReference",
  "InvalidTransferTarget",
  "InvalidRestructure",
  "TeamDepartmentMismatch",
  "OrganizationTerminal",
  "CommandNotAllowedInStatus",
  "InvalidStatusTransition",
  "MixedStatusUpdate",
  "EntityRetired",
  "InvalidEntityStatus",
  "DepartmentNotEmpty",
  "FacilityNotEmpty",
  "RoleInUse",
  "HasChildOrganizations",
  "ReasonRequired",
  "EffectiveDateOutOfRange",
  "VersionConflict",
  "IdempotencyConflict",
  "LimitExceeded",
  "UpgradeRequired",
  "StreamUnreadable",
  "CommandNotSupported"
]

/** The life of an organization, written out: where it may go from each status by a change of status alone. */
const lifecycle: Readonly<Record<OrganizationStatus, ReadonlyArray<OrganizationStatus>>> = {
  Pending: ["Active"],
  Active: ["Inactive", "Suspended"],
  Inactive: ["Active"],
  Suspended: ["Active"],
  Dissolved: [],
  Merged: []
}

const live = ["Pending", "Active", "Inactive", "Suspended"] as const

/** The commands on an organization and the statuses that allow them, written out: + or - for each live status. */
const gate: Readonly<Record<Exclude<CommandType, "CreateOrganization">, string>> = {
  CreateDepartment: "++--",
  CreateTeam: "++--",
  CreateRole: "++--",
  CreateFacility: "++--",
  AddChildOrganization: "++--",
  UpdateDepartment: "+++-",
  UpdateTeam: "+++-",
  UpdateRole: "+++-",
  UpdateFacility: "+++-",
  RestructureDepartment: "+++-",
  DissolveDepartment: "+++-",
  DisbandTeam: "+++-",
  DeprecateRole: "+++-",
  RemoveFacility: "+++-",
  UpdateOrganization: "++++",
  RemoveChildOrganization: "++++",
  ChangeOrganizationStatus: "++++",
  DissolveOrganization: "++++",
  MergeOrganizations: "-+--"
}

type Changes = Readonly<Record<string, unknown>>

/** The record that an update, or the event of one, is about; `null` for everything else. */
const recordOf = (state: OrganizationState, about: OrganizationCommand | KnownEvent): Changes | null => {
  const name = "command_type" in about ? about.command_type : about.event_type
  const find = <Id extends string>(units: HashMap.HashMap<Id, object>, id: Id) =>
    Option.getOrNull(HashMap.get(units, id)) as Changes | null
  if (/Organization/.test(name)) return state.organization
  if ("team_id" in about && /Team/.test(name) && about.team_id !== null) return find(state.teams, about.team_id)
  if ("role_id" in about && /Role/.test(name)) return find(state.roles, about.role_id)
  if ("facility_id" in about) return find(state.facilities, about.facility_id)
  return "department_id" in about && about.department_id !== null ? find(state.departments, about.department_id) : null
}

describe("laws of deciding", () => {
  it.prop("a rejection is a listed error, on any state", [histories, anyCommand], ([events, command]) => {
    const decision = decide(replay(events), command, contextOf(command))
    if (decision._tag === "Rejected") assert.include(decidable, decision.rejection._tag)
  }, { arbitrary })

  it.prop(
    "also on what others wrote: rejections are listed, and what is accepted applies in full",
    [walks, foldableHistories],
    ([walk, events]) => {
      const harmless = events.filter(({ event_type }) => !/Status|OrganizationDissolved|Merged/.test(event_type))
      let state = replay(harmless, endOf(walk))
      for (const [index, [original]] of walk.entries()) {
        const command = renewed(original, index)
        const decision = decide(state, command, contextOf(command))
        if (decision._tag === "Rejected") assert.include(decidable, decision.rejection._tag)
        if (decision._tag !== "Accepted") continue
        const next = evolve(state, decision.events[0], state.version + 1)
        assert.strictEqual(next.anomalies, state.anomalies)
        assert.notDeepEqual(meaningOf(next), meaningOf(state))
        state = next
      }
    },
    { arbitrary }
  )

  it.prop("an accepted event belongs to the organization and comes from the command", [walks], ([walk]) => {
    for (const { command, context, event } of stepsOf(walk)) {
      assert.strictEqual(streamOf(event), walkedOrganizationId)
      assert.strictEqual(commandIdOf(event), command.identity.message_id)
      assert.strictEqual(event.event_id, context.id(`event:${walkedOrganizationId}`))
      assert.deepStrictEqual(event.identity, {
        correlation_id: command.identity.correlation_id,
        causation_id: command.identity.message_id,
        message_id: event.event_id as string as MessageId
      })
    }
  }, { arbitrary })

  it.prop("no event is empty", [walks], ([walk]) => {
    for (const { after, before } of stepsOf(walk)) assert.notDeepEqual(meaningOf(after), meaningOf(before))
  }, { arbitrary })

  it.prop("time never runs backwards", [walks], ([walk]) => {
    const times = stepsOf(walk).map(({ event }) => event.occurred_at as string)
    assert.deepStrictEqual(times, times.toSorted())
  }, { arbitrary })

  it.prop("without an organization only its creation is possible", [anyCommand], ([command]) => {
    const decision = decide(initial(walkedOrganizationId), renewed(command, 1), contextOf(command))
    const expected = command.command_type === "CreateOrganization"
      ? command.parent_id === walkedOrganizationId ? "CircularReference" : undefined
      : "OrganizationNotFound"
    assert.strictEqual(decision._tag === "Rejected" ? decision.rejection._tag : undefined, expected)
  }, { arbitrary })

  it.prop(
    "a created organization cannot be created",
    [foldableHistories, commandOf("CreateOrganization")],
    ([events, command]) => {
      const state = replay(events)
      if (state.organization === null) return
      const decision = decide(state, renewed(command, 1), contextOf(command))
      assert.strictEqual(decision._tag === "Rejected" && decision.rejection._tag, "OrganizationAlreadyExists")
    },
    { arbitrary }
  )

  it.prop(
    "a terminal organization refuses everything and stays terminal",
    [foldableHistories, anyCommand],
    ([events, command]) => {
      let state = replay([])
      for (const event of events) {
        const before = state
        state = evolve(before, event, 1)
        if (before.organization === null || !isTerminal(before.organization.status)) continue
        assert.strictEqual(state.organization?.status, before.organization.status)
        assert.strictEqual(decide(state, renewed(command, 1), contextOf(command))._tag, "Rejected")
      }
    },
    { arbitrary }
  )

  it.prop("status follows the lifecycle", [walks], ([walk]) => {
    for (const { after, before, event } of stepsOf(walk)) {
      const from = before.organization?.status
      const to = after.organization?.status
      if (from === undefined || to === undefined) assert.include(["Active", "Pending"], to)
      else if (event.event_type === "OrganizationDissolved") assert.strictEqual(to, "Dissolved")
      else if (from !== to) assert.include(lifecycle[from], to)
    }
  }, { arbitrary })

  it.prop("suspension begins and ends with a reason", [walks], ([walk]) => {
    for (const { after, event } of stepsOf(walk)) {
      if (event.event_type !== "OrganizationStatusChanged") continue
      const { new_status, previous_status, reason } = event
      if (![new_status, previous_status].includes("Suspended")) continue
      assert.isNotNull(reason)
      assert.notStrictEqual(reason, "")
      assert.strictEqual(after.organization?.status_reason, reason)
    }
  }, { arbitrary })

  it("every command has its place at the gate", () =>
    assert.sameMembers(["CreateOrganization", ...Object.keys(gate)], [...commandTypes]))

  it.prop("in each status, exactly the commands of its gate get past it", [walks, anyCommand], ([walk, other]) => {
    const end = endOf(walk)
    if (end.organization === null) return
    for (const status of ["Pending", "Active", "Inactive", "Suspended", "Dissolved", "Merged"] as const) {
      const state = { ...end, organization: { ...end.organization, status } }
      for (const [index, command] of [other, ...walk.slice(-5).map(([command]) => command)].entries()) {
        const { command_type } = command
        if (command_type === "CreateOrganization") continue
        const decision = decide(state, renewed(command, index), contextOf(command))
        const tag = decision._tag === "Rejected" ? decision.rejection._tag : decision._tag
        if (isTerminal(status)) assert.strictEqual(tag, "OrganizationTerminal")
        else assert.strictEqual(tag === "CommandNotAllowedInStatus", gate[command_type][live.indexOf(status)] === "-")
      }
    }
  }, { arbitrary })

  it.prop("an accepted update, sent again under a new id, changes nothing", [walks], ([walk]) => {
    for (const [index, { after, command, context }] of stepsOf(walk).entries()) {
      if (!/^(Update|Restructure|Change|AddChild)/.test(command.command_type)) continue
      const again = renewed(command, index)
      const { limits } = context
      assert.strictEqual(decide(after, again, { ...contextOf(again), limits })._tag, "NoChange")
    }
  }, { arbitrary })

  it.prop("recorded changes differ from before and are what comes after", [walks], ([walk]) => {
    for (const { after, before, command, event } of stepsOf(walk)) {
      const [was, is] = [recordOf(before, event), recordOf(after, event)]
      if (!("changes" in event) || was === null || is === null) continue
      const { cleared, ...changes } = event.changes as Changes & { readonly cleared: ReadonlyArray<string> }
      const update = command as unknown as Changes & { readonly clear: ReadonlyArray<string> }
      assert.isNotEmpty([...cleared, ...Object.values(changes).filter((value) => value !== null)])
      for (const [field, value] of Object.entries(changes)) {
        assert.deepStrictEqual(is[field], cleared.includes(field) ? null : value ?? was[field], field)
        if (value === null) continue
        assert.isFalse(Equal.equals(value, was[field]))
        assert.deepStrictEqual(value, update[field])
      }
      for (const field of cleared) {
        assert.include(update.clear, field)
        assert.isNotNull(was[field])
      }
    }
  }, { arbitrary })

  it.prop("an update does what it says: values are taken, `clear` empties, the rest stays", [walks], ([walk]) => {
    for (const { after, before, command } of stepsOf(walk)) {
      const [was, is] = [recordOf(before, command), recordOf(after, command)]
      if (!command.command_type.startsWith("Update") || was === null || is === null) continue
      const { clear, ...update } = command as unknown as Changes & { readonly clear: ReadonlyArray<string> }
      for (const field of Object.keys(was)) {
        const expected = clear.includes(field) ? null : update[field] ?? was[field]
        if (field !== "status_reason") assert.deepStrictEqual(is[field], expected, field)
      }
    }
  }, { arbitrary })

  it.prop("a unit changes status only as its kind may", [walks], ([walk]) => {
    const allowed: Readonly<Record<string, ReadonlyArray<string | undefined>>> = {
      Forming: ["Active", "OnHold", "Disbanding", "Disbanded"],
      Active: ["OnHold", "Disbanding", "Disbanded"],
      OnHold: ["Active", "Disbanding", "Disbanded"],
      Disbanding: ["Active", "Disbanded"]
    }
    for (const { after, before, event } of stepsOf(walk)) {
      for (const team of listed(before.teams)) {
        const next = listed(after.teams).find(({ id }) => id === team.id)?.status
        if (next !== team.status) assert.isTrue(allowed[team.status]?.includes(next))
      }
      const retired = (state: OrganizationState) =>
        listed(state.departments).filter(({ status }) => status === "Dissolved").length +
        listed(state.roles).filter(({ status }) => status === "Deprecated").length
      if (retired(before) < retired(after)) assert.include(["DepartmentDissolved", "RoleDeprecated"], event.event_type)
    }
  }, { arbitrary })

  it.prop("a wrong expected version is a conflict", [walks, upTo(40)], ([walk, expected_version]) => {
    for (const { before, command } of stepsOf(walk)) {
      if (before.version === expected_version) continue
      const decision = decide(before, { ...command, expected_version }, contextOf(command))
      assert.deepStrictEqual(decision._tag === "Rejected" && decision.rejection.details, {
        expected: expected_version,
        actual: before.version
      })
    }
  }, { arbitrary })
})

describe("laws of derived ids", () => {
  it.prop(
    "are UUIDs, the same every time, different for every slot and message",
    [uuid(1_000_000), uuid(1_000_000)],
    ([a, b]) => {
      const slots = [
        "organization",
        "department",
        "team",
        "role",
        "facility",
        "event:0",
        `event:${uuidOf(1)}`,
        `event:${uuidOf(2)}`
      ]
      const messages = [...new Set([a, b, a.replace(/-7/, "-4"), b.replace(/-7/, "-4")])]
      const ids = messages.flatMap((message) => slots.map((slot) => deriveId(message, slot)))
      assert.strictEqual(new Set(ids).size, messages.length * slots.length)
      for (const id of ids) assert.strictEqual(canonicalUuid(id), id)
      assert.strictEqual(deriveId(a, "role").slice(0, 15), `${a.slice(0, 14)}7`)
      assert.strictEqual(deriveId(a, "role"), deriveId(a, "role"))
    },
    { arbitrary }
  )

  it("are the documented ones", () => {
    const message = "0198c0de-1000-7000-8000-000000000001"
    assert.strictEqual(deriveId(message, `event:${acme}`), "0198c0de-1000-78a3-b863-1f9acf73e14e")
    assert.strictEqual(deriveId(message, "organization"), "0198c0de-1000-728f-acf3-f5eb3003293c")
    assert.strictEqual(
      deriveId("6ba7b810-9dad-41d1-80b4-00c04fd430c8", `event:${acme}`),
      "54cfa816-0b4d-8ae3-a22b-c98b4ad0cf74"
    )
  })
})
