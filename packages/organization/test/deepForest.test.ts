import { uuidOf } from "@cim-domain/commands/testing/valueArbitraries"
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { RoleId } from "../src/Identifiers.ts"
import { errorKinds } from "../src/OrganizationError.ts"
import type { OrganizationEvent } from "../src/OrganizationEvent.ts"
import type { OrganizationState } from "../src/OrganizationState.ts"
import { organizationStateCodec } from "../src/protocol.ts"
import { childrenOf, depthMax, depthOf, heightOf } from "../src/units/Forest.ts"
import { liveRole } from "../src/units/Units.ts"
import { unitsOf } from "../src/units/unitsOf.ts"
import { changes, command, created, given, happened, role, update, updated, within } from "./examples.ts"
import { listed } from "./walking.ts"

const links = 300
const roleId = (index: number) => RoleId.make(uuidOf(7_000_000 + index))
const [top, bottom, aside] = [roleId(0), roleId(links - 1), roleId(links)]

/** Roles that others wrote, each but the first reporting to the one before, and one that stands aside. */
const chain: ReadonlyArray<OrganizationEvent> = [
  created,
  ...Array.from(
    { length: links },
    (_, index) => role(roleId(index), { code: `R-${index}`, reports_to: index === 0 ? null : roleId(index - 1) })
  ),
  role(aside)
]
const moved = (id: string, reports_to: string) => updated("RoleUpdated", { role_id: id }, { reports_to })
const forestOf = (state: OrganizationState) => state.index.roleForest
const managerOf = (state: OrganizationState, id: RoleId) => liveRole(state, id)?.reports_to
const move = (role_id: string, reports_to: string) => update("UpdateRole", { role_id }, { reports_to })

describe("a chain of roles deeper than any limit", () => {
  const { state, when } = given(...chain)
  it("is what its events say", () => {
    assert.deepStrictEqual(state.anomalies, { count: 0, last: [] })
    assert.strictEqual(depthOf(forestOf(state), bottom), links)
    assert.deepStrictEqual(childrenOf(forestOf(state), top), [roleId(1)])
  })
  it("has exact heights up to the greatest depth and only one beyond", () => {
    const heights = [1, 2, depthMax - 1, depthMax, depthMax + 1, depthMax + 2, links]
    assert.deepStrictEqual(
      heights.map((height) => heightOf(forestOf(state), roleId(links - height))),
      heights.map((height) => Math.min(height, depthMax + 1))
    )
  })
  it("has the right heights again when it is cut", () => {
    const cut = given(...chain, moved(roleId(links - 10), aside)).state
    assert.strictEqual(heightOf(forestOf(cut), aside), 11)
    assert.strictEqual(heightOf(forestOf(cut), roleId(links - 11)), 1)
    assert.strictEqual(heightOf(forestOf(cut), roleId(links - 40)), 30)
    assert.strictEqual(heightOf(forestOf(cut), top), depthMax + 1)
  })
  it("does not close into a circle", () => {
    const again = given(...chain, moved(top, bottom), moved(roleId(100), roleId(200)), moved(bottom, aside)).state
    assert.strictEqual(again.anomalies.count, 2)
    assert.isNull(managerOf(again, top))
    assert.strictEqual(managerOf(again, roleId(100)), roleId(99))
    assert.strictEqual(managerOf(again, bottom), aside)
  })
  it("is written and read as it is, in any order", () => {
    const { decode, encode } = organizationStateCodec
    const text = encode(state)
    assert.strictEqual(encode(Result.getOrThrow(decode(text))), text)
    const rebuilt = unitsOf({
      departments: [],
      teams: [],
      roles: listed(state.roles).toReversed(),
      facilities: [],
      removed_facility_ids: []
    })
    assert.deepStrictEqual(
      listed(state.roles).map(({ id }) => heightOf(rebuilt!.index.roleForest, id)),
      listed(state.roles).map(({ id }) => heightOf(forestOf(state), id))
    )
  })
  it("is not read as a circle, and a circle is not read", () => {
    const records = (roles: ReadonlyArray<string>) => ({
      departments: [],
      teams: [],
      roles: listed(state.roles).map((role) => roles.includes(role.id) ? { ...role, reports_to: bottom } : role),
      facilities: [],
      removed_facility_ids: []
    })
    assert.isNotNull(unitsOf(records([aside])))
    assert.isNull(unitsOf(records([top])))
    assert.isNull(unitsOf(records([bottom])))
    assert.isNull(unitsOf(records([roleId(150)])))
  })
  it("takes nothing more and goes nowhere, however high the limit", () => {
    const generous = within({ depth: 1_000_000 })
    const tooDeep = (actual: number) => errorKinds.LimitExceeded.make({ limit: "role_depth", max: depthMax, actual })
    assert.strictEqual(generous.limits.depth, depthMax)
    when(move(aside, bottom), generous).isRejected(tooDeep(links + 1))
    when(move(roleId(100), aside), generous).isRejected(tooDeep(depthMax + 2))
    when(move(roleId(links - depthMax + 1), aside), generous)
      .isAccepted(
        happened("RoleUpdated", {
          role_id: roleId(links - depthMax + 1),
          ...changes("RoleUpdated", { reports_to: aside })
        })
      )
    when(command("DeprecateRole", { role_id: top, replacement_role_id: aside }), generous)
      .isRejected(tooDeep(depthMax + 1))
  })
})
