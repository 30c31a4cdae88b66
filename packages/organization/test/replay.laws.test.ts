import { upTo } from "@cim-domain/commands/testing/valueArbitraries"
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import type { KnownEvent, OrganizationEvent } from "../src/OrganizationEvent.ts"
import type { OrganizationState } from "../src/OrganizationState.ts"
import { organization } from "../src/protocol.ts"
import { encodeEvent } from "../src/protocol.ts"
import { organizationStateCodec } from "../src/protocol.ts"
import {
  anyCommand,
  commandOf,
  foldableHistories,
  histories,
  opaqueEvent,
  walkedOrganizationId
} from "../src/testing/arbitraries.ts"
import { walks } from "../src/testing/walks.ts"
import { liveFacility } from "../src/units/Units.ts"
import { arbitrary } from "./lawRuns.ts"
import { readEvent } from "./readEvent.ts"
import { contextOf, endOf, indexed, meaningOf, renewed, replay, stepsOf } from "./walking.ts"

const { decode, encode } = organizationStateCodec

const stored = (state: OrganizationState): OrganizationState => Result.getOrThrow(decode(encode(state)))

describe("laws of replay", () => {
  it.prop("replay is a fold", [histories, histories], ([a, b]) => {
    assert.strictEqual(encode(replay([...a, ...b])), encode(replay(b, replay(a))))
  }, { arbitrary })

  it.prop("a snapshot is the state", [walks, histories], ([walk, events]) => {
    const state = replay(events, endOf(walk))
    const again = stored(state)
    assert.strictEqual(encode(again), encode(state))
    assert.deepStrictEqual(indexed(again.index), indexed(state.index))
    assert.deepStrictEqual(meaningOf(again), meaningOf(state))
    assert.deepStrictEqual(again.recent_commands.list(), state.recent_commands.list())
  }, { arbitrary })

  it.prop("a snapshot lists what there is by id", [walks, histories], ([walk, events]) => {
    const stored = JSON.parse(encode(replay(events, endOf(walk))))
    const { absorbed, children, departments, facilities, removed_facility_ids, roles, teams } = stored
    for (const units of [departments, teams, roles, facilities, children, absorbed, removed_facility_ids]) {
      const ids = units.map((unit: any) => unit.id ?? unit.organization_id ?? unit)
      assert.deepStrictEqual(ids, ids.toSorted())
    }
  }, { arbitrary })

  it.prop("a snapshot anywhere and the tail make the whole", [walks, upTo(80)], ([walk, at]) => {
    const events = stepsOf(walk).map(({ event }) => event)
    assert.strictEqual(encode(replay(events.slice(at), stored(replay(events.slice(0, at))))), encode(replay(events)))
  }, { arbitrary })

  it.prop("a snapshot in any history and the tail make the whole", [histories, upTo(40)], ([events, at]) => {
    assert.strictEqual(encode(replay(events.slice(at), stored(replay(events.slice(0, at))))), encode(replay(events)))
  }, { arbitrary })

  it.prop("events that cannot be read leave the rest of the state alone", [histories], ([events]) => {
    const known = events.filter((event) => event.event_type !== "Opaque")
    assert.deepStrictEqual(meaningOf(replay(events)), meaningOf(replay(known)))
  }, { arbitrary })

  it.prop("after one nothing is decided", [walks, opaqueEvent, anyCommand], ([walk, event, command]) => {
    const state = replay([event], endOf(walk))
    const decision = organization.decide(state, renewed(command, 1), contextOf(command))
    assert.strictEqual(
      decision._tag === "Rejected" && decision.rejection._tag,
      event.readable ? "UpgradeRequired" : "StreamUnreadable"
    )
  }, { arbitrary })
})

describe("laws of history from the first version", () => {
  /** The event as the first version would have recorded it: without what the second added about effects. */
  const olden = (event: KnownEvent): OrganizationEvent => {
    const { issued_by: _, schema_version: __, ...old } = JSON.parse(encodeEvent(event))
    const { moved_role_ids: ___, reparented: ____, repointed: _____, transferred: ______, ...oldest } = old
    return readEvent(JSON.stringify(oldest))
  }

  it.prop("effects that were not recorded follow from the rules", [walks], ([walk]) => {
    for (const { after, before, event } of stepsOf(walk)) {
      if (!/(Dissolved|Disbanded|Deprecated|Removed)$/.test(event.event_type)) continue
      // The first version could not say where the children of a removed facility go.
      if (event.event_type === "FacilityRemoved" && event.reparented?.facility_ids.length !== 0) {
        const facility = liveFacility(before, event.facility_id)
        if (event.reparented?.to !== facility?.parent_facility_id) continue
      }
      const old = replay([olden(event)], before)
      assert.deepStrictEqual(meaningOf(old), meaningOf(after))
      assert.strictEqual(old.anomalies.count, 0)
    }
  }, { arbitrary })

  it.prop(
    "without a creation, only the creation is possible, and it adopts what is there",
    [foldableHistories, anyCommand, commandOf("CreateOrganization")],
    ([events, command, creation]) => {
      const state = replay(events.filter(({ event_type }) => event_type !== "OrganizationCreated"))
      assert.isNull(state.organization)
      const create = { ...renewed(creation, 2), organization_id: walkedOrganizationId } as typeof creation
      const refused = organization.decide(state, renewed(command, 1), contextOf(command))
      if (command.command_type !== "CreateOrganization") assert.strictEqual(refused._tag, "Rejected")
      const decision = organization.decide(state, create, contextOf(create))
      if (decision._tag !== "Accepted") {
        assert.strictEqual(decision._tag === "Rejected" && decision.rejection._tag, "CircularReference")
        return
      }
      const adopted = meaningOf(replay(decision.events, state))
      assert.deepStrictEqual({ ...adopted, organization: null }, meaningOf(state))
      assert.isNotNull(adopted.organization)
    },
    { arbitrary }
  )
})
