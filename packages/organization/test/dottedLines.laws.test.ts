import { assert, describe, it } from "@effect/vitest"
import type { OrganizationState } from "../src/OrganizationState.ts"
import { histories } from "../src/testing/arbitraries.ts"
import { walks } from "../src/testing/walks.ts"
import { arbitrary } from "./lawRuns.ts"
import { endOf, liveUnits, replay, stepsOf } from "./walking.ts"

const rolesOf = (state: OrganizationState) => new Map(liveUnits(state).roles.map((role) => [role.id as string, role]))

const check = (state: OrganizationState) => {
  const roles = rolesOf(state)
  for (const [id, { dotted_line_to }] of roles) {
    assert.strictEqual(new Set(dotted_line_to).size, dotted_line_to.length)
    for (const to of dotted_line_to) assert.isTrue(to !== id && roles.has(to))
  }
}

describe("dotted lines", () => {
  it.prop("lead from live roles to other live ones, once to each, after any events", [walks, histories], (
    [walk, events]
  ) => {
    check(endOf(walk))
    check(replay(events, endOf(walk)))
  }, { arbitrary })

  it.prop("change for the roles that the event names, and as it says", [walks], ([walk]) => {
    for (const { after, before, event } of stepsOf(walk)) {
      const [was, is] = [rolesOf(before), rolesOf(after)]
      const differing = [...is.keys()].filter((id) =>
        was.has(id) && JSON.stringify(was.get(id)!.dotted_line_to) !== JSON.stringify(is.get(id)!.dotted_line_to)
      )
      if (event.event_type === "RoleDeprecated") {
        assert.deepStrictEqual(event.repointed?.dotted_role_ids as ReadonlyArray<string>, differing)
        for (const id of differing) {
          const to = event.replacement_role_id
          const expected = was.get(id)!.dotted_line_to.flatMap((each) =>
            each !== event.role_id ? [each] : to === null || to === id ? [] : [to]
          )
          assert.deepStrictEqual(new Set<string>(is.get(id)!.dotted_line_to), new Set<string>(expected))
        }
      } else if (event.event_type === "RoleUpdated") {
        assert.isTrue(differing.every((id) => id === event.role_id))
      } else {
        assert.deepStrictEqual(differing, [])
      }
    }
  }, { arbitrary })
})
