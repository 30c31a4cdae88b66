import { assert, describe, it } from "@effect/vitest"
import { walks } from "../src/testing/walks.ts"
import { arbitrary } from "./lawRuns.ts"
import { liveUnits, stepsOf } from "./walking.ts"

/** As the specification says which codes are the same. */
const keyOf = (code: string): string => code.normalize("NFKC").toLowerCase().normalize("NFC")

const codeOwners = { DepartmentCreated: "departments", RoleCreated: "roles", FacilityCreated: "facilities" } as const

describe("after commands", () => {
  it.prop("codes of live units are different, whatever their case, width and form", [walks], ([walk]) => {
    for (const { after } of stepsOf(walk)) {
      const { departments, facilities, roles } = liveUnits(after)
      for (const units of [departments, roles, facilities]) {
        assert.strictEqual(new Set(units.map(({ code }) => keyOf(code))).size, units.length)
      }
    }
  }, { arbitrary })

  it.prop(
    "a code is the given one, or the first that is free of those that follow from the name",
    [walks],
    ([walk]) => {
      for (const { before, command, event } of stepsOf(walk)) {
        if (!(event.event_type in codeOwners) || !("code" in event) || !("code" in command)) continue
        if (command.code !== null) {
          assert.strictEqual(event.code, command.code)
          continue
        }
        const kind = codeOwners[event.event_type]
        const taken = new Set(liveUnits(before)[kind].map(({ code }) => keyOf(code)))
        const name = ("title" in event ? event.title : event.name).split(/\s+/).join("-")
        const codes = [name, ...Array.from(taken, (_, index) => `${name}-${index + 2}`)]
        assert.strictEqual(event.code, codes.find((code) => !taken.has(keyOf(code))))
      }
    },
    { arbitrary }
  )
})
