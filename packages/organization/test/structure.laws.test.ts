import { upTo } from "@cim-domain/commands/testing/valueArbitraries"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Effect, HashMap, HashSet } from "effect"
import type { CommandType, OrganizationCommand } from "../src/OrganizationCommand.ts"
import type { OrganizationState } from "../src/OrganizationState.ts"
import { organization } from "../src/protocol.ts"
import { histories } from "../src/testing/arbitraries.ts"
import { walks } from "../src/testing/walks.ts"
import { heightOf } from "../src/units/Forest.ts"
import { statusOfUnit } from "../src/units/Units.ts"
import { unitsOf } from "../src/units/unitsOf.ts"
import { assertMoves } from "./assertMoves.ts"
import { arbitrary } from "./lawRuns.ts"
import { contextOf, endOf, indexed, listed, liveUnits, meaningOf, renewed, replay, stepsOf } from "./walking.ts"

/** Each unit with the one above it. */
const edges = (state: OrganizationState) => ({
  department: listed(state.departments).map((unit) => [unit.id, unit.parent_department_id] as const),
  role: listed(state.roles).map((unit) => [unit.id, unit.reports_to] as const),
  facility: listed(state.facilities).map((unit) => [unit.id, unit.parent_facility_id] as const)
})

/** How many levels a forest has; fails when something stands below itself. */
const levelsOf = (units: ReadonlyArray<readonly [string, string | null]>): number => {
  const above = new Map<string, string | null>(units)
  const depth = (id: string | null): number => {
    let levels = 0
    for (let at = id; at !== null; at = above.get(at) ?? null) {
      levels += 1
      assert.isAtMost(levels, units.length, "something stands below itself")
    }
    return levels
  }
  return Math.max(0, ...units.map(([id]) => depth(id)))
}

/** Any events after the accepted ones of a walk. */
const anyPast: [typeof walks, typeof histories] = [walks, histories]

describe("generated walks", () => {
  it.effect("go deep enough to mean something", () =>
    Effect.gen(function*() {
      const steps = (yield* Arbitrary.sampleEffect(walks, { count: 300 })).map(stepsOf)
      const depths = steps.map((steps) => steps.length)
      assert.isAbove(Math.max(...depths), 35)
      assert.isAbove(depths.filter((depth) => depth > 20).length, depths.length / 4)
      const accepted = Object.groupBy(steps.flat(), ({ command }) => command.command_type)
      assert.lengthOf(Object.keys(accepted), 19)
      for (const [type, all] of Object.entries(accepted)) assert.isAtLeast(all.length, 3, type)
    }))
})

describe("after any events", () => {
  for (const forest of ["department", "role", "facility"] as const) {
    it.prop(`no ${forest} stands below itself`, anyPast, ([walk, events]) => {
      let state = endOf(walk)
      levelsOf(edges(state)[forest])
      for (const event of events) {
        state = replay([event], state)
        levelsOf(edges(state)[forest])
      }
    }, { arbitrary })
  }

  it.prop("references of live units are to live units", anyPast, ([walk, events]) => {
    const state = replay(events, endOf(walk))
    const { departments, facilities, roles, teams } = liveUnits(state)
    const isLive = (units: ReadonlyArray<{ readonly id: string }>, id: string | null) =>
      assert.isTrue(id === null || units.some((unit) => unit.id === id))
    for (const unit of departments) {
      isLive(departments, unit.parent_department_id)
      isLive(roles, unit.head_role_id)
    }
    for (const unit of teams) {
      isLive(departments, unit.department_id)
      isLive(roles, unit.lead_role_id)
    }
    for (const unit of roles) {
      isLive(departments, unit.department_id)
      isLive(teams, unit.team_id)
      isLive(roles, unit.reports_to)
    }
    for (const unit of facilities) isLive(facilities, unit.parent_facility_id)
  }, { arbitrary })

  it.prop("the index is what the units make it", anyPast, ([walk, events]) => {
    const state = replay(events, endOf(walk))
    const rebuilt = unitsOf({
      departments: listed(state.departments).toReversed(),
      teams: listed(state.teams),
      roles: listed(state.roles),
      facilities: listed(state.facilities),
      removed_facility_ids: Array.from(state.removed_facility_ids)
    })
    assert.deepStrictEqual(indexed(rebuilt!.index), indexed(state.index))
  }, { arbitrary })

  it.prop("heights are those of the tallest branches", anyPast, ([walk, events]) => {
    const state = replay(events, endOf(walk))
    const all = edges(state)
    const forests = [
      [state.index.departmentForest, all.department, liveUnits(state).departments],
      [state.index.roleForest, all.role, liveUnits(state).roles],
      [state.index.facilityForest, all.facility, liveUnits(state).facilities]
    ] as const
    for (const [forest, units, live] of forests) {
      const height = (id: string): number =>
        1 + Math.max(
          0,
          ...units.filter(([child, parent]) => parent === id && live.some((unit) => unit.id === child))
            .map(([child]) => height(child))
        )
      for (const { id } of live) assert.strictEqual(heightOf(forest as Parameters<typeof heightOf>[0], id), height(id))
    }
  }, { arbitrary })
})

describe("after accepted commands", () => {
  it.prop("depth and counts stay within the limits", [walks], ([walk]) => {
    for (const { after, context: { limits } } of stepsOf(walk)) {
      const live = liveUnits(after)
      const { department, facility, role } = edges(after)
      const forests = [[department, live.departments], [role, live.roles], [facility, live.facilities]] as const
      for (const [forest, units] of forests) {
        const ids = new Set<string>(units.map(({ id }) => id))
        assert.isAtMost(levelsOf(forest.filter(([id]) => ids.has(id))), limits.depth)
      }
      for (const units of Object.values(live)) assert.isAtMost(units.length, limits.unitsPerKind)
      assert.isAtMost(HashMap.size(after.children), limits.children)
    }
  }, { arbitrary })

  it.prop("nothing live is left in or points to what is retired", [walks], ([walk]) => {
    const { departments, roles, teams } = liveUnits(endOf(walk))
    for (const { event } of stepsOf(walk)) {
      if (event.event_type === "DepartmentDissolved") {
        for (const unit of departments) assert.notStrictEqual(unit.parent_department_id, event.department_id)
        for (const unit of [...teams, ...roles]) assert.notStrictEqual(unit.department_id, event.department_id)
      } else if (event.event_type === "TeamDisbanded") {
        for (const unit of roles) assert.notStrictEqual(unit.team_id, event.team_id)
      } else if (event.event_type === "RoleDeprecated") {
        for (const unit of roles) assert.notStrictEqual(unit.reports_to, event.role_id)
        for (const unit of departments) assert.notStrictEqual(unit.head_role_id, event.role_id)
        for (const unit of teams) assert.notStrictEqual(unit.lead_role_id, event.role_id)
      }
    }
  }, { arbitrary })

  it.prop("ending a unit ends exactly one, and moves exactly what the event lists", [walks], ([walk]) => {
    for (const step of stepsOf(walk)) assertMoves(step)
  }, { arbitrary })

  it.prop("a role and its team agree on the department when both have one", [walks], ([walk]) => {
    for (const { after } of stepsOf(walk)) {
      for (const { department_id, team_id } of liveUnits(after).roles) {
        const team = team_id === null ? null : HashMap.getUnsafe(after.teams, team_id).department_id
        assert.isTrue(team === null || department_id === null || team === department_id)
      }
    }
  }, { arbitrary })

  it.prop("what events record is what happens, without anomalies", [walks], ([walk]) => {
    assert.deepStrictEqual(endOf(walk).anomalies, { count: 0, last: [] })
  }, { arbitrary })

  it.prop("an event changes no unit but those it is about", [walks], ([walk]) => {
    for (const { after, before, event } of stepsOf(walk)) {
      const [was, is] = [meaningOf(before), meaningOf(after)]
      const about = JSON.stringify(event)
      for (const kind of ["departments", "teams", "roles", "facilities"] as const) {
        for (const unit of was[kind]) {
          if (!about.includes(unit.id)) assert.deepInclude(is[kind] as ReadonlyArray<unknown>, unit)
        }
      }
    }
  }, { arbitrary })
})

describe("retired ids", () => {
  const create = (kind: "Department" | "Team" | "Role" | "Facility", id: string, command: OrganizationCommand) =>
    ({
      ...command,
      command_type: kind === "Team" ? "CreateTeam" : `Create${kind}` as CommandType,
      [`${kind.toLowerCase()}_id`]: id,
      code: "FREE-CODE",
      name: "Again",
      title: "Again",
      description: null,
      parent_department_id: null,
      parent_facility_id: null,
      department_id: kind === "Department" ? id : null,
      team_id: kind === "Team" ? id : null,
      reports_to: null,
      team_type: "Project",
      max_members: null,
      role_type: "Support",
      level: null,
      permissions: [],
      responsibilities: [],
      facility_type: "Office",
      capacity: null
    }) as OrganizationCommand

  it.prop("are never accepted again, to create or to refer to", [walks, upTo(1000)], ([walk, number]) => {
    const state = endOf(walk)
    const status = state.organization?.status
    if (status !== "Active" && status !== "Pending") return
    const [[some] = []] = walk
    const rejection = (command: OrganizationCommand) => {
      const decision = organization.decide(state, renewed(command, number), contextOf(command))
      return decision._tag === "Rejected" ? decision.rejection._tag : decision._tag
    }
    const retired = {
      Department: listed(state.departments).filter((unit) => unit.status === "Dissolved").map(({ id }) => id),
      Team: listed(state.teams).filter((unit) => unit.status === "Disbanded").map(({ id }) => id),
      Role: listed(state.roles).filter((unit) => unit.status === "Deprecated").map(({ id }) => id),
      Facility: Array.from(state.removed_facility_ids)
    }
    for (const [kind, ids] of Object.entries(retired) as ReadonlyArray<["Team", ReadonlyArray<string>]>) {
      for (const id of ids) {
        assert.isDefined(statusOfUnit(state, kind, id))
        assert.strictEqual(rejection(create(kind, id, some!)), "EntityAlreadyExists")
      }
    }
    for (const id of retired.Department) {
      const child = create("Department", "0198c18e-ffff-7000-8000-000000000000", some!)
      assert.strictEqual(rejection({ ...child, parent_department_id: id } as OrganizationCommand), "EntityRetired")
    }
    for (const id of retired.Role) {
      const report = create("Role", "0198c18e-ffff-7000-8000-000000000000", some!)
      assert.strictEqual(rejection({ ...report, reports_to: id } as OrganizationCommand), "EntityRetired")
    }
    for (const id of retired.Team) {
      const member = create("Role", "0198c18e-ffff-7000-8000-000000000000", some!)
      assert.strictEqual(rejection({ ...member, team_id: id } as OrganizationCommand), "EntityRetired")
    }
    for (const id of retired.Facility) {
      const part = create("Facility", "0198c18e-ffff-7000-8000-000000000000", some!)
      assert.strictEqual(rejection({ ...part, parent_facility_id: id } as OrganizationCommand), "EntityRetired")
    }
  }, { arbitrary })

  it.prop("stay retired whatever happens", anyPast, ([walk, events]) => {
    let state = endOf(walk)
    for (const event of events) {
      const before = state
      state = replay([event], state)
      for (const unit of listed(before.departments)) {
        if (unit.status === "Dissolved") assert.deepInclude(listed(state.departments), unit)
      }
      for (const unit of listed(before.teams)) {
        if (unit.status === "Disbanded") assert.deepInclude(listed(state.teams), unit)
      }
      for (const unit of listed(before.roles)) {
        if (unit.status === "Deprecated") assert.deepInclude(listed(state.roles), unit)
      }
      for (const id of before.removed_facility_ids) {
        assert.isTrue(HashSet.has(state.removed_facility_ids, id) && !HashMap.has(state.facilities, id))
      }
    }
  }, { arbitrary })
})
