import { initialState, type OrganizationState } from "@cim-domain/organization"
import { assert, describe, it } from "@effect/vitest"
import { describeOrganization } from "../src/describeOrganization.ts"
import type { StructureOptions } from "../src/describeStructure.ts"
import { columnsOf } from "../src/tree/columnsOf.ts"
import { anyState, liveIds, retiredIds } from "./anyState.ts"
import { smallCompany } from "./smallCompany.ts"
import { tooWide } from "./tooWide.ts"

const shown = (state: OrganizationState, options: StructureOptions): string =>
  describeOrganization(state, options).join("\n")

const all = { depth: Number.POSITIVE_INFINITY, ids: false, metadata: false, retired: false }

describe("show", () => {
  it("prints the organization, then its departments, teams, roles and facilities as trees", () => {
    assert.strictEqual(
      shown(smallCompany.whole, all),
      `Acme Corporation (Acme)
  id            0198c0de-0000-7000-8000-000000000001
  type          LLC
  status        Active
  founded       1694-07-27
  created       2025-10-01T00:00:00.000Z
  changed       2025-10-01T00:00:00.000Z
  version       20
  units         3 departments, 2 teams, 6 roles, 3 facilities

Departments
├ ENG Engineering · head: Technology Officer · Restructuring
│ ├ Technology Officer (R-10)
│ └ PLT Platform, tools, and everything else that the other departments need
│   │ to work
│   └ team Backend · lead: Lead
│     ├ Lead (R-9)
│     └ Engineer (R-2) · Vacant
└ FIN Finance
  └ Accountant (R-3)

Teams without a department
└ team Works Council · Forming
  └ Delegate (R-4) · in FIN

Roles without a department or team
└ Chief Executive (CEO)

Facilities
├ DEP Depot · Warehouse
└ HQ Headquarters · Office · capacity: 400 · Renovating
  └ HQ-DC Computing Centre · Bunker

Child organizations
└ Acme Labs · LLC · 0198c0de-0000-7000-8000-000000000002`
    )
  })

  it("says what else is known about a unit only when asked", () => {
    assert.include(
      shown(smallCompany.whole, { ...all, metadata: true }),
      "└ Delegate (R-4) · in FIN · fte: 0.5 · place: Zürich"
    )
    assert.notInclude(shown(smallCompany.whole, all), "fte")
  })

  it("counts what stands deeper than asked for", () => {
    const text = shown(smallCompany.whole, { ...all, depth: 1 })
    assert.include(
      text,
      `
Departments
├ ENG Engineering · head: Technology Officer · Restructuring · 1 department, 1
│   team, 3 roles
└ FIN Finance · 1 role
`
    )
    assert.notInclude(text, "Engineer (R-2)")
  })

  it("shows what has ended only when asked, where it stood at last", () => {
    const text = shown(smallCompany.reduced, { ...all, retired: true })
    for (
      const part of [
        "│     ├ Engineer (R-2) · Vacant\n│     └ Lead (R-9) · Deprecated",
        "└ FIN Finance · Dissolved",
        "Removed facilities\n└ 0198c0de-0000-7000-8000-0000000000f3"
      ]
    ) {
      assert.include(text, part)
    }
    assert.notMatch(shown(smallCompany.reduced, all), /R-9|Finance|0000000f3/)
  })

  it("needs nothing but a history", () => {
    assert.include(shown(initialState("0198c0de-0000-7000-8000-000000000001"), all), "(never created)")
  })

  it.prop("prints every live unit exactly once, and retired ones only when asked", [anyState], ([state]) => {
    const live = liveIds(state).toSorted()
    const units = [...live, ...retiredIds(state)].toSorted()
    const printed = (retired: boolean) =>
      shown(state, { ...all, ids: true, retired }).match(/0198c0de-\S{27}/g)!
        .filter((id) => units.includes(id)).toSorted()
    assert.deepStrictEqual(printed(false), live)
    assert.deepStrictEqual(printed(true), units)
  }, { arbitrary: { runs: 200 } })

  it.prop("stays within 80 columns where words allow it, and prints no control characters", [anyState], ([state]) => {
    const lines = describeOrganization(state, { ...all, retired: true })
    assert.deepStrictEqual(tooWide(lines), [])
    assert.deepStrictEqual(lines.filter((line) => /\p{Cc}/u.test(line)), [])
  }, { arbitrary: { runs: 200 } })
})

describe("columns", () => {
  for (
    const [text, columns] of [["", 0], ["Acme", 4], ["Söhne", 5], ["So\u0308hne", 5], ["株式会社", 8], [
      "🏢",
      2
    ]] as const
  ) {
    it(`of "${text}" are ${columns}`, () => assert.strictEqual(columnsOf(text), columns))
  }
})
