import { deciderLaws } from "@cim-domain/event-sourcing/testing/DeciderLaws"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Effect, Equal, Result } from "effect"
import { supportedCommands } from "../src/decide/decide.ts"
import { statusTransitions } from "../src/decide/statusTransitions.ts"
import { type DecideContext, makeContext } from "../src/DecideContext.ts"
import { deriveId } from "../src/deriveId.ts"
import { MessageId } from "../src/Identifiers.ts"
import { rootIdentity } from "../src/MessageIdentity.ts"
import { organization } from "../src/Organization.ts"
import type { CommandOf, OrganizationCommand } from "../src/OrganizationCommand.ts"
import { errorTags } from "../src/OrganizationError.ts"
import { commandIdOf, type KnownEvent, type OrganizationEvent, streamOf } from "../src/OrganizationEvent.ts"
import type { OrganizationState } from "../src/OrganizationState.ts"
import { organizationStateCodec } from "../src/OrganizationStateCodec.ts"
import { noRecentCommands } from "../src/state/RecentCommands.ts"
import {
  anyCommand,
  commandOf,
  foldableHistories,
  histories,
  walkedOrganizationId,
  walks
} from "../src/testing/arbitraries.ts"
import { upTo, uuid, uuidOf } from "../src/testing/valueArbitraries.ts"
import { canonicalUuid } from "../src/Uuid.ts"
import { isTerminal } from "../src/values/OrganizationStatus.ts"

const arbitrary = { runs: 200 }
const { decide, evolve, initial } = organization

type Walk = ReadonlyArray<readonly [OrganizationCommand, DecideContext]>

interface Step {
  readonly before: OrganizationState
  readonly after: OrganizationState
  readonly command: OrganizationCommand
  readonly context: DecideContext
  readonly event: KnownEvent
}

/** The accepted commands of a walk with what they led from and to. */
const stepsOf = (walk: Walk): ReadonlyArray<Step> => {
  let state = initial(walkedOrganizationId)
  return walk.flatMap(([command, context], index) => {
    const before = state
    const decision = decide(before, command, context)
    if (decision._tag !== "Accepted") return []
    assert.lengthOf(decision.events, 1)
    const event = decision.events[0] as KnownEvent
    state = evolve(before, event, index + 1)
    return [{ before, after: state, command, context, event }]
  })
}

const replay = (events: ReadonlyArray<OrganizationEvent>, from = initial(walkedOrganizationId)) =>
  events.reduce((state, event, index) => evolve(state, event, from.version + index + 1), from)

/** The command under a new id, without an expectation about the version. */
const renewed = <Command extends OrganizationCommand>(command: Command, number: number): Command => ({
  ...command,
  identity: rootIdentity(MessageId.make(uuidOf(2_000_000 + number))),
  expected_version: null
})

const contextOf = (command: OrganizationCommand) =>
  makeContext({ commandId: command.identity.message_id, now: 1_800_000_000_000 })

const encode = organizationStateCodec.encode

deciderLaws("an organization", {
  decider: organization,
  aggregateId: walkedOrganizationId,
  walks,
  histories,
  versionOf: (state) => state.version
})

describe("generated walks", () => {
  it.effect("go deep enough to mean something", () =>
    Effect.gen(function*() {
      const depths = (yield* Arbitrary.sampleEffect(walks, { count: 200 })).map((walk) => stepsOf(walk).length)
      assert.isAbove(Math.max(...depths), 15)
      assert.isAbove(depths.filter((depth) => depth > 5).length, depths.length / 4)
    }))
})

describe("laws of deciding", () => {
  it.prop("a rejection is a listed error, on any state", [histories, anyCommand], ([events, command]) => {
    const decision = decide(replay(events), command, contextOf(command))
    if (decision._tag === "Rejected") assert.include(errorTags, decision.rejection._tag)
  }, { arbitrary })

  it.prop("an accepted event belongs to the organization and comes from the command", [walks], ([walk]) => {
    for (const { command, context, event } of stepsOf(walk)) {
      assert.strictEqual(streamOf(event), walkedOrganizationId as typeof event.event_id & ReturnType<typeof streamOf>)
      assert.strictEqual(commandIdOf(event), command.identity.message_id)
      assert.strictEqual(event.event_id, context.id("event:0"))
      assert.deepStrictEqual(event.identity, {
        correlation_id: command.identity.correlation_id,
        causation_id: command.identity.message_id,
        message_id: event.event_id as string as MessageId
      })
    }
  }, { arbitrary })

  it.prop("no event is empty", [walks], ([walk]) => {
    const meaning = (state: OrganizationState) =>
      encode({ ...state, version: 0, updated_at: null, recent_commands: noRecentCommands })
    for (const { after, before } of stepsOf(walk)) assert.notStrictEqual(meaning(after), meaning(before))
  }, { arbitrary })

  it.prop("time never runs backwards", [walks], ([walk]) => {
    const times = stepsOf(walk).map(({ event }) => event.occurred_at as string)
    assert.deepStrictEqual(times, times.toSorted())
  }, { arbitrary })

  it.prop("without an organization only its creation is possible", [anyCommand], ([command]) => {
    const decision = decide(initial(walkedOrganizationId), renewed(command, 1), contextOf(command))
    const expected = !supportedCommands.includes(command.command_type)
      ? "CommandNotSupported"
      : command.command_type === "CreateOrganization"
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
      else if (from !== to) assert.include(statusTransitions[from], to)
    }
  }, { arbitrary })

  it.prop("an accepted update, sent again under a new id, changes nothing", [walks], ([walk]) => {
    for (const [index, { after, command }] of stepsOf(walk).entries()) {
      if (command.command_type !== "UpdateOrganization") continue
      assert.strictEqual(decide(after, renewed(command, index), contextOf(command))._tag, "NoChange")
    }
  }, { arbitrary })

  it.prop("recorded changes differ from before and are what comes after", [walks], ([walk]) => {
    for (const { after, before, command, event } of stepsOf(walk)) {
      if (event.event_type !== "OrganizationUpdated") continue
      const { cleared, ...changes } = event.changes
      const update = command as CommandOf<"UpdateOrganization">
      for (const [field, value] of Object.entries(changes)) {
        const key = field as keyof typeof changes
        const expected = cleared.some((name) => name === key) ? null : value ?? before.organization?.[key]
        assert.deepStrictEqual(after.organization?.[key], expected)
        if (value !== null) {
          assert.isFalse(Equal.equals(value, before.organization?.[key]))
          assert.deepStrictEqual(value, update[key])
        }
      }
      for (const field of cleared) {
        assert.include(update.clear, field)
        assert.isNotNull(before.organization?.[field])
      }
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

describe("laws of replay", () => {
  it.prop("replay is a fold", [histories, histories], ([a, b]) => {
    assert.strictEqual(encode(replay([...a, ...b])), encode(replay(b, replay(a))))
  }, { arbitrary })

  it.prop("a snapshot anywhere and the tail make the whole", [histories, upTo(30)], ([events, at]) => {
    const restored = Result.getOrThrow(organizationStateCodec.decode(encode(replay(events.slice(0, at)))))
    const whole = replay(events)
    const resumed = replay(events.slice(at), restored)
    assert.strictEqual(encode(resumed), encode(whole))
    assert.isTrue(Equal.equals(resumed.children, whole.children))
    assert.isTrue(Equal.equals(resumed.recent_commands.byId, whole.recent_commands.byId))
  }, { arbitrary })

  it.prop("events of another version leave the rest of the state alone", [histories], ([events]) => {
    const known = events.filter((event) => event.event_type !== "Opaque")
    assert.deepStrictEqual(replay(events).organization, replay(known).organization)
    assert.isTrue(Equal.equals(replay(events).children, replay(known).children))
  }, { arbitrary })
})

describe("laws of derived ids", () => {
  it.prop(
    "are UUIDs, the same every time, different for every slot and message",
    [uuid(1_000_000), uuid(1_000_000)],
    ([a, b]) => {
      const slots = ["organization", "department", "team", "role", "facility", "event:0", "event:1", "pm:link:add"]
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
    assert.strictEqual(deriveId(message, "event:0"), "0198c0de-1000-7ef0-b1ea-28cfd2cec429")
    assert.strictEqual(deriveId(message, "organization"), "0198c0de-1000-728f-acf3-f5eb3003293c")
    assert.strictEqual(
      deriveId("6ba7b810-9dad-41d1-80b4-00c04fd430c8", "event:0"),
      "9f1f41f3-9a99-8f6c-a9dd-9a127b8b1635"
    )
  })
})
