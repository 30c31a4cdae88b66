import { MessageId } from "@cim-domain/commands/fields/Identifier"
import { rootIdentity } from "@cim-domain/commands/protocol/MessageIdentity"
import { uuidOf } from "@cim-domain/commands/testing/valueArbitraries"
import { assert } from "@effect/vitest"
import { HashMap, HashSet } from "effect"
import { type DecideContext } from "../src/DecideContext.ts"
import { makeContext } from "../src/makeContext.ts"
import type { OrganizationCommand } from "../src/OrganizationCommand.ts"
import type { KnownEvent, OrganizationEvent } from "../src/OrganizationEvent.ts"
import type { OrganizationState } from "../src/OrganizationState.ts"
import { organization } from "../src/protocol.ts"
import { walkedOrganizationId } from "../src/testing/arbitraries.ts"
import type { Walk } from "../src/testing/walks.ts"
import type { UnitIndex } from "../src/units/UnitIndex.ts"
import { VersionedMap } from "../src/units/VersionedMap.ts"

const { decide, evolve, initial } = organization

/** An accepted command with what it led from and to. */
export interface Step {
  readonly before: OrganizationState
  readonly after: OrganizationState
  readonly command: OrganizationCommand
  readonly context: DecideContext
  readonly event: KnownEvent
}

/** The accepted commands of a walk. */
export const stepsOf = (walk: Walk): ReadonlyArray<Step> => {
  let state = initial(walkedOrganizationId)
  return walk.flatMap(([command, context]) => {
    const before = state
    const decision = decide(before, command, context)
    if (decision._tag !== "Accepted") return []
    assert.lengthOf(decision.events, 1)
    const event = decision.events[0] as KnownEvent
    state = evolve(before, event, before.version + 1)
    return [{ before, after: state, command, context, event }]
  })
}

/** The state that a walk leads to. */
export const endOf = (walk: Walk): OrganizationState => stepsOf(walk).at(-1)?.after ?? initial(walkedOrganizationId)

/** The state after events. */
export const replay = (events: ReadonlyArray<OrganizationEvent>, from = initial(walkedOrganizationId)) =>
  events.reduce((state, event) => evolve(state, event, state.version + 1), from)

/** The command under a new id, without an expectation about the version. */
export const renewed = <Command extends OrganizationCommand>(command: Command, number: number): Command => ({
  ...command,
  identity: rootIdentity(MessageId.make(uuidOf(2_000_000 + number))),
  expected_version: null
})

/** A context later than those of walks. */
export const contextOf = (command: OrganizationCommand): DecideContext =>
  makeContext({ commandId: command.identity.message_id, now: 1_800_000_000_000 })

/** The values of a map in the order of their ids. */
export const listed = <Id extends string, A>(byId: HashMap.HashMap<Id, A>): ReadonlyArray<A> =>
  HashMap.toEntries(byId).toSorted(([a], [b]) => a < b ? -1 : 1).map(([, value]) => value)

/** The live units of a state. */
export const liveUnits = (state: OrganizationState) => ({
  departments: listed(state.departments).filter(({ status }) => status !== "Dissolved"),
  teams: listed(state.teams).filter(({ status }) => status !== "Disbanded"),
  roles: listed(state.roles).filter(({ status }) => status !== "Deprecated"),
  facilities: listed(state.facilities)
})

/** What an index holds, as plain values in order, however it was made. */
export const indexed = (index: UnitIndex): unknown => plain(index)

const plain = (part: unknown): unknown => {
  if (typeof part !== "object" || part === null || Array.isArray(part)) return part
  if (HashSet.isHashSet(part)) return Array.from(part, String).toSorted()
  if (!(part instanceof VersionedMap)) {
    return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, plain(value)]))
  }
  const entries: Array<readonly [string, unknown]> = []
  part.forEach((value, key) => entries.push([key, plain(value)]))
  return entries.toSorted(([a], [b]) => a < b ? -1 : 1)
}

/** What a state says beside version, time and the memory of commands. */
export const meaningOf = (state: OrganizationState) => ({
  organization: state.organization,
  departments: listed(state.departments),
  teams: listed(state.teams),
  roles: listed(state.roles),
  facilities: listed(state.facilities),
  removed: Array.from(state.removed_facility_ids).toSorted(),
  children: listed(state.children),
  absorbed: listed(state.absorbed),
  merged_into: state.merged_into
})
