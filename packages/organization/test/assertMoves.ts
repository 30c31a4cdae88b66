import { assert } from "@effect/vitest"
import { HashMap } from "effect"
import type { OrganizationState } from "../src/OrganizationState.ts"
import { unitKinds } from "../src/units/unitKinds.ts"
import { listed, liveUnits, type stepsOf } from "./walking.ts"

/** What ends a unit; ids are unique within a kind only, so a team and a role may share one. */
const retiredStatuses: ReadonlyArray<string> = Object.values(unitKinds).map(({ retired }) => retired)

type Step = ReturnType<typeof stepsOf>[number]
type Event<Type extends Step["event"]["event_type"]> = Extract<Step["event"], { readonly event_type: Type }>

/** What became of the live units in one step. */
class Moves {
  readonly step: Step
  /** The units that were live before and are not after. */
  readonly ended: ReadonlyArray<string>

  constructor(step: Step) {
    this.step = step
    const live = liveUnits(step.after)
    this.ended = Object.entries(liveUnits(step.before)).flatMap(([kind, units]) =>
      units.map(({ id }): string => id).filter((id) =>
        !live[kind as "teams"].some((unit) => (unit.id as string) === id)
      )
    )
  }

  /** The live units of a kind with another value in one of the fields. */
  changed<Kind extends "departments" | "teams" | "roles" | "facilities">(
    kind: Kind,
    field: keyof HashMap.HashMap.Value<OrganizationState[Kind]>
  ): ReadonlyArray<string> {
    type Unit = { readonly id: string; readonly status: string } & { readonly [field in typeof field]: unknown }
    const unitsIn = (state: OrganizationState) => listed(state[kind] as unknown as HashMap.HashMap<string, Unit>)
    const before = new Map(unitsIn(this.step.before).map((unit) => [unit.id, unit]))
    return unitsIn(this.step.after)
      .filter(({ status }) => !retiredStatuses.includes(status))
      .filter((unit) => before.has(unit.id) && before.get(unit.id)![field] !== unit[field])
      .map(({ id }) => id)
  }
}

/** That a step ended and moved what its event says, and nothing else. */
export const assertMoves = (step: Step): void => {
  const { after, before, event } = step
  const moves = new Moves(step)
  switch (event.event_type) {
    case "DepartmentDissolved":
      return assertDissolved(event, after, moves)
    case "TeamDisbanded":
      return assertDisbanded(event, before, after, moves)
    case "RoleDeprecated":
      return assertDeprecated(event, before, after, moves)
    case "FacilityRemoved":
      assert.deepStrictEqual(moves.ended, [event.facility_id])
      assert.deepStrictEqual(event.reparented?.facility_ids, moves.changed("facilities", "parent_facility_id"))
      for (const id of event.reparented?.facility_ids ?? []) {
        assert.strictEqual(HashMap.getUnsafe(after.facilities, id).parent_facility_id, event.reparented?.to)
      }
      return
    case "TeamUpdated":
      assert.deepStrictEqual(moves.ended, [])
      assert.deepStrictEqual(event.moved_role_ids, moves.changed("roles", "department_id"))
      return
    default:
      assert.deepStrictEqual(moves.ended, [])
  }
}

const assertDissolved = (event: Event<"DepartmentDissolved">, after: OrganizationState, moves: Moves): void => {
  const { transfer_to, transferred } = event
  assert.deepStrictEqual(moves.ended, [event.department_id])
  assert.deepStrictEqual(transferred?.department_ids, moves.changed("departments", "parent_department_id"))
  assert.deepStrictEqual(transferred?.team_ids, moves.changed("teams", "department_id"))
  assert.deepStrictEqual(transferred?.role_ids, moves.changed("roles", "department_id"))
  for (const id of transferred?.department_ids ?? []) {
    assert.strictEqual(HashMap.getUnsafe(after.departments, id).parent_department_id, transfer_to)
  }
  for (const id of transferred?.team_ids ?? []) {
    assert.strictEqual(HashMap.getUnsafe(after.teams, id).department_id, transfer_to)
  }
  for (const id of transferred?.role_ids ?? []) {
    assert.strictEqual(HashMap.getUnsafe(after.roles, id).department_id, transfer_to)
  }
  assert.isNull(HashMap.getUnsafe(after.departments, event.department_id).head_role_id)
}

const assertDisbanded = (
  event: Event<"TeamDisbanded">,
  before: OrganizationState,
  after: OrganizationState,
  moves: Moves
): void => {
  const target = event.members_transferred_to
  assert.deepStrictEqual(moves.ended, [event.team_id])
  assert.deepStrictEqual(event.transferred?.role_ids, moves.changed("roles", "team_id"))
  const old = HashMap.getUnsafe(before.teams, event.team_id).department_id
  const next = target === null ? null : HashMap.getUnsafe(before.teams, target).department_id
  for (const id of event.transferred?.role_ids ?? []) {
    const [was, is] = [HashMap.getUnsafe(before.roles, id), HashMap.getUnsafe(after.roles, id)]
    assert.strictEqual(is.team_id, target)
    const expected = target === null
      ? was.department_id ?? old
      : was.department_id === null
      ? null
      : next ?? was.department_id
    assert.strictEqual(is.department_id, expected)
  }
  assert.isNull(HashMap.getUnsafe(after.teams, event.team_id).lead_role_id)
}

const assertDeprecated = (
  event: Event<"RoleDeprecated">,
  before: OrganizationState,
  after: OrganizationState,
  moves: Moves
): void => {
  const { repointed, replacement_role_id: successor } = event
  const reports: ReadonlyArray<string> | undefined = repointed?.report_role_ids
  const repointedRoles = moves.changed("roles", "reports_to")
  assert.deepStrictEqual(moves.ended, [event.role_id])
  assert.deepStrictEqual(reports, repointedRoles.filter((id) => id !== successor))
  assert.deepStrictEqual(repointed?.headed_department_ids, moves.changed("departments", "head_role_id"))
  assert.deepStrictEqual(repointed?.led_team_ids, moves.changed("teams", "lead_role_id"))
  for (const id of repointed?.report_role_ids ?? []) {
    assert.strictEqual(HashMap.getUnsafe(after.roles, id).reports_to, successor)
  }
  if (successor !== null && repointedRoles.includes(successor)) {
    const { reports_to } = HashMap.getUnsafe(after.roles, successor)
    assert.strictEqual(reports_to, repointed?.replacement_reports_to)
    assert.strictEqual(reports_to, HashMap.getUnsafe(before.roles, event.role_id).reports_to)
  }
  for (const id of repointed?.headed_department_ids ?? []) {
    assert.strictEqual(HashMap.getUnsafe(before.departments, id).head_role_id, event.role_id)
    assert.strictEqual(HashMap.getUnsafe(after.departments, id).head_role_id, successor)
  }
  for (const id of repointed?.led_team_ids ?? []) {
    assert.strictEqual(HashMap.getUnsafe(before.teams, id).lead_role_id, event.role_id)
    assert.strictEqual(HashMap.getUnsafe(after.teams, id).lead_role_id, successor)
  }
}
