import { upTo } from "@cim-domain/commands/testing/valueArbitraries"
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { defaultLimits } from "../src/limits/Limits.ts"
import { makeContext } from "../src/makeContext.ts"
import type { CommandType } from "../src/OrganizationCommand.ts"
import { organization } from "../src/protocol.ts"
import { organizationStateCodec } from "../src/protocol.ts"
import { anyCommand, histories } from "../src/testing/arbitraries.ts"
import { walks } from "../src/testing/walks.ts"
import { arbitrary } from "./lawRuns.ts"
import { sizeOfStored } from "./sizeOfStored.ts"
import { contextOf, endOf, renewed, replay, stepsOf } from "./walking.ts"

const { decode, encode } = organizationStateCodec

/** What leads out of something, or shuts it: never refused for the size. */
const endings: ReadonlyArray<CommandType> = [
  "ChangeOrganizationStatus",
  "DissolveOrganization",
  "DissolveDepartment",
  "DisbandTeam",
  "DeprecateRole",
  "RemoveFacility",
  "RemoveChildOrganization"
]

describe("laws of the size of an organization", () => {
  it.prop("it is that of what a snapshot lists", [walks, histories], ([walk, events]) => {
    for (const state of [endOf(walk), replay(events, endOf(walk))]) {
      assert.strictEqual(state.bytes, sizeOfStored(encode(state)))
    }
  }, { arbitrary })

  it.prop("it is the same after a snapshot, anywhere", [walks, upTo(80)], ([walk, at]) => {
    const events = stepsOf(walk).map(({ event }) => event)
    const half = Result.getOrThrow(decode(encode(replay(events.slice(0, at)))))
    assert.strictEqual(half.bytes, replay(events.slice(0, at)).bytes)
    assert.strictEqual(replay(events.slice(at), half).bytes, replay(events).bytes)
  }, { arbitrary })

  it.prop("nothing that is accepted makes it larger than the limit", [walks], ([walk]) => {
    for (const { after, before, context } of stepsOf(walk)) {
      assert.isAtMost(after.bytes, Math.max(before.bytes, context.limits.organizationBytes))
    }
  }, { arbitrary })

  it.prop(
    "a limit refuses what would go beyond it, with both sizes, and nothing else",
    [walks, upTo(80)],
    ([walk, at]) => {
      const step = stepsOf(walk)[at]
      if (step === undefined) return
      const { after, before, command, context } = step
      const decide = (organizationBytes: number) =>
        organization.decide(before, command, { ...context, limits: { ...context.limits, organizationBytes } })
      assert.strictEqual(decide(after.bytes)._tag, "Accepted")
      const refused = decide(after.bytes - 1)
      if (after.bytes <= before.bytes) assert.strictEqual(refused._tag, "Accepted")
      else {
        assert(refused._tag === "Rejected")
        assert.deepInclude(refused.rejection, {
          _tag: "LimitExceeded",
          details: { limit: "organization_bytes", max: after.bytes - 1, actual: after.bytes }
        })
      }
    },
    { arbitrary }
  )

  it.prop("what ends something is never refused for the size", [walks], ([walk]) => {
    for (const { before, command, context } of stepsOf(walk)) {
      if (!endings.includes(command.command_type)) continue
      const limits = { ...context.limits, organizationBytes: 0 }
      assert.strictEqual(organization.decide(before, command, { ...context, limits })._tag, "Accepted")
    }
  }, { arbitrary })

  it.prop(
    "one that is too large already decides as ever, but for what lets it grow",
    [histories, anyCommand],
    ([events, any]) => {
      const state = replay(events)
      const command = renewed(any, 1)
      const context = contextOf(command)
      const usual = organization.decide(state, command, context)
      const narrow = organization.decide(state, command, {
        ...context,
        limits: { ...context.limits, organizationBytes: 0 }
      })
      if (narrow._tag === "Rejected" && narrow.rejection._tag === "LimitExceeded" && usual._tag === "Accepted") {
        const after = usual.events.reduce((state, event) => organization.evolve(state, event, 1), state)
        assert.isAbove(after.bytes, state.bytes)
      } else assert.deepStrictEqual(narrow, usual)
    },
    { arbitrary }
  )
})

it("the limit is 8 MiB unless somebody chooses another one", () => {
  assert.strictEqual(defaultLimits.organizationBytes, 8 * 1024 * 1024)
  const chosen = makeContext({
    commandId: "0198c0de-1000-7000-8000-000000000001",
    now: 0,
    limits: { organizationBytes: 7 }
  })
  assert.strictEqual(chosen.limits.organizationBytes, 7)
})
