import { assert, describe, it } from "@effect/vitest"
import { Option } from "effect"
import { HashMap } from "effect"
import { walks } from "../src/testing/walks.ts"
import type { UnitKind } from "../src/units/unitKinds.ts"
import { unitsById } from "../src/units/Units.ts"
import { arbitrary } from "./lawRuns.ts"
import { stepsOf } from "./walking.ts"

const created: Readonly<Record<string, readonly [kind: UnitKind, status: string | null]>> = {
  CreateDepartment: ["Department", "Active"],
  CreateTeam: ["Team", "Forming"],
  CreateRole: ["Role", null],
  CreateFacility: ["Facility", "Active"]
}

const envelope = ["command_type", "identity", "issued_by", "expected_version", "organization_id"]

describe("after a creation", () => {
  it.prop("the unit is all that the command says", [walks], ([walk]) => {
    for (const { after, before, command } of stepsOf(walk)) {
      const [kind, status] = created[command.command_type] ?? []
      if (kind === undefined) continue
      const idField = `${kind.toLowerCase()}_id`
      const { [idField]: id, ...fields } = command as unknown as Readonly<Record<string, unknown>>
      const unit = HashMap.get(unitsById(after, kind), id as string)
      assert.isTrue(Option.isNone(HashMap.get(unitsById(before, kind), id as string)))
      const expected = Object.fromEntries(
        Object.entries(fields).filter(([name, value]) =>
          !envelope.includes(name) && !(name === "code" && value === null)
        )
      )
      assert.deepInclude(Option.getOrThrow(unit) as object, { ...expected, ...(status === null ? {} : { status }) })
    }
  }, { arbitrary })
})
