import type { OrganizationState } from "@cim-domain/organization"
import { assert, describe, it } from "@effect/vitest"
import { type ChartOptions, describeChart } from "../src/describeChart.ts"
import { anyState, liveRoleIds } from "./anyState.ts"
import { smallCompany } from "./smallCompany.ts"
import { tooWide } from "./tooWide.ts"

const drawn = (state: OrganizationState, options: ChartOptions): string | null =>
  describeChart(state, options)?.join("\n") ?? null

const all = { depth: Number.POSITIVE_INFINITY, root: null }

describe("chart", () => {
  it("prints who reports to whom", () => {
    assert.strictEqual(
      drawn(smallCompany.whole, all),
      `Acme Corporation · 6 roles
├ Chief Executive (CEO)
│ └ Technology Officer (R-10) · ENG
│   └ Lead (R-9) · PLT, team Backend
│     └ Engineer (R-2) · PLT, team Backend · Vacant
└ Accountant (R-3) · FIN
  └ Delegate (R-4) · FIN, team Works Council · dotted line to CEO`
    )
  })

  it("leaves out what is deprecated: its replacement stands there", () => {
    assert.include(
      drawn(smallCompany.reduced, all),
      `
│ └ Technology Officer (R-10) · ENG
│   └ Engineer (R-2) · PLT, team Backend · Vacant
`
    )
  })

  it("begins where it is told, by code or id, and counts what stands deeper", () => {
    assert.strictEqual(
      drawn(smallCompany.whole, { depth: 2, root: "r-10" }),
      `Acme Corporation · 3 roles
└ Technology Officer (R-10) · ENG
  └ Lead (R-9) · PLT, team Backend · 1 role`
    )
    assert.include(
      drawn(smallCompany.whole, { ...all, root: smallCompany.engineerId.toUpperCase() }),
      "└ Engin"
    )
    assert.isNull(drawn(smallCompany.whole, { ...all, root: "R-1" }))
    assert.isNull(drawn(smallCompany.reduced, { ...all, root: "R-9" }))
  })

  it.prop("prints every live role exactly once, within 80 columns where words allow it", [anyState], ([state]) => {
    const lines = describeChart(state, all)!
    const codes = lines.flatMap((line) => line.match(/\(unit-\d+\)/g) ?? [])
    assert.deepStrictEqual(
      codes.toSorted(),
      liveRoleIds(state).map((id) => `(unit-${Number(id.slice(-12))})`).toSorted()
    )
    assert.deepStrictEqual(tooWide(lines), [])
  }, { arbitrary: { runs: 200 } })
})
