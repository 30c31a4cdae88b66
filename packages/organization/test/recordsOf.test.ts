import { assert, it } from "@effect/vitest"
import { organizationStateCodec } from "../src/OrganizationStateCodec.ts"
import { commandsOfARecord, recordsOf } from "../src/state/recordsOf.ts"
import { foldableHistories } from "../src/testing/arbitraries.ts"
import { walks } from "../src/testing/walks.ts"
import { arbitrary } from "./lawRuns.ts"
import { endOf, replay } from "./walking.ts"

it.prop("the records of a state are what a snapshot lists, and one", [walks, foldableHistories], ([walk, events]) => {
  for (const state of [endOf(walk), replay(events)]) {
    const stored: Readonly<Record<string, unknown>> = JSON.parse(organizationStateCodec.encode(state))
    const commands = Math.ceil((stored["recent_commands"] as { readonly count: number }).count / commandsOfARecord)
    const listed = Object.values(stored).flatMap((value) => Array.isArray(value) ? [value.length] : [])
    assert.strictEqual(recordsOf(state), listed.reduce((sum, count) => sum + count, 1 + commands))
  }
}, { arbitrary })
