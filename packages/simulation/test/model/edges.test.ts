import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Fields } from "../../src/model/Json.ts"
import { composeCommand } from "../../src/requests/composeCommand.ts"
import { onMemory } from "./ServiceInMemory.ts"
import { walkAlong } from "./walk.ts"

/** What the specification says of values at the edge, written out by hand: service and model agree, and both are right. */

const organization = "0198c0de-0000-7000-8000-000000000001"
const idOf = (n: number) => `0198c0de-5000-7000-8000-${n.toString(16).padStart(12, "0")}`
const unit = (n: number) => idOf(0xf000 + n)

type Told = readonly [type: string, fields: Readonly<Record<string, unknown>>]

const tell = Effect.fnUntraced(function*(...told: ReadonlyArray<Told>) {
  const all: ReadonlyArray<Told> = [["CreateOrganization", { name: "Acme", organization_type: "LLC" }], ...told]
  const commands = all.map(([type, fields], index) => composeCommand(type, organization, idOf(index), fields))
  const { disagreements, ends, stored } = yield* onMemory(walkAlong(commands))
  expect(disagreements).toEqual([])
  return { ends: ends.slice(1), events: stored.slice(1) }
})

const each = (
  told: (value: any) => Told,
  cases: ReadonlyArray<readonly [value: unknown, end: string]>
) =>
  Effect.gen(function*() {
    const { ends } = yield* tell(...cases.map(([value]) => told(value)))
    expect(ends.map((end, index) => [cases[index]![0], end])).toEqual(cases)
  })

const [taken, wrong, right] = ["CodeAlreadyInUse", "ValidationFailed", "applied"]

const hall = (fields: Fields): Told => ["CreateFacility", { name: "Hall", facility_type: "Office", ...fields }]
const role = (n: number, fields: Fields = {}): Told => [
  "CreateRole",
  { title: "Post", role_type: "Technical", role_id: unit(n), ...fields }
]

describe("values at the edge", () => {
  it.live("codes as people have them", () =>
    each((code) => hall({ code }), [
      ["R&D", right],
      ["r&d", taken],
      ["Ｒ＆Ｄ", taken],
      ["Human Resources", right],
      ["human resources", taken],
      ["Human  Resources", wrong],
      ["Human\u00a0Resources", taken],
      ["Human\tResources", wrong],
      ["  문화-01 ", right],
      ["Größe 3", right],
      ["Gro\u0308ße 3", taken],
      ["GRÖSSE 3", right],
      ["ΣΑΣ", right],
      ["σας", taken],
      ["ﬁ", right],
      ["FI", taken],
      ["İ", right],
      ["i\u0307", taken],
      ["I", right],
      ["[SecOps]", right],
      ["٣", right],
      ["-", right],
      ["\u200d", wrong],
      ["a\u200b", wrong],
      ["", wrong],
      ["   ", wrong],
      ["🦊".repeat(64), right],
      ["🦊".repeat(65), wrong],
      [7, wrong]
    ]))

  it.live("codes that nobody gave", () =>
    Effect.gen(function*() {
      const { events } = yield* tell(
        hall({ name: "  Main \u00a0 Hall" }),
        hall({ name: "main hall", code: null }),
        hall({ code: "MAIN-HALL-3" }),
        hall({ name: "MAIN HALL" }),
        hall({ name: "🦊".repeat(80) }),
        hall({ name: "🦊".repeat(80) })
      )
      expect(events.map(({ code }) => code)).toEqual([
        "Main-Hall",
        "main-hall-2",
        "MAIN-HALL-3",
        "MAIN-HALL-4",
        "🦊".repeat(56),
        `${"🦊".repeat(56)}-2`
      ])
    }))

  it.live("a code is free again once its holder is retired, and never that of another kind", () =>
    Effect.gen(function*() {
      const { ends } = yield* tell(
        hall({ code: "R&D", facility_id: unit(1) }),
        role(2, { code: "R&D" }),
        hall({ code: "r&d" }),
        ["UpdateFacility", { facility_id: unit(1), code: "r&d" }],
        ["RemoveFacility", { facility_id: unit(1), reason: "Over" }],
        hall({ code: "R&D" })
      )
      expect(ends).toEqual([right, right, taken, right, right, right])
    }))

  it.live("names that can be seen", () =>
    each((name) => ["UpdateOrganization", { name }], [
      ["\u3164", wrong],
      ["\u200b\u00ad \ufe0f", wrong],
      ["a\u2028b", wrong],
      ["a\u0085b", wrong],
      ["x\u2060", right],
      ["🦊".repeat(200), right],
      ["🦊".repeat(201), wrong]
    ]))

  it.live("days alone, and the second that is put in", () =>
    each((founded_date) => ["UpdateOrganization", { founded_date }], [
      ["2024-02-29", right],
      ["2024-02-29T00:00:00Z", "no_change"],
      ["2023-02-29", wrong],
      ["0001-01-01", right],
      ["0000-12-31", wrong],
      ["2024-2-9", wrong],
      ["20240229", wrong],
      ["2016-12-31T23:59:60Z", right],
      ["2016-12-31T23:59:59.999Z", "no_change"],
      ["2016-12-31T18:59:60.5-05:00", "no_change"],
      ["2016-12-31T10:00:60Z", wrong]
    ]))

  it.live("metadata of units, of 8 KiB as they are kept", () =>
    each((metadata) => hall({ metadata }), [
      [{ text: "x".repeat(8_181) }, right],
      [{ text: "x".repeat(8_182) }, wrong],
      [{ text: "e\u0301".repeat(4_090) }, right],
      [{ text: "é".repeat(4_091) }, wrong],
      [{ " constructor\t": 1 }, wrong],
      [{ n: 9_007_199_254_740_991 }, right],
      [{ n: 9_007_199_254_740_992 }, wrong],
      [{ n: 1e300 }, wrong],
      [{ text: "\ud83d" }, wrong],
      [[], wrong],
      ["{}", wrong],
      [null, right]
    ]))

  it.live("metadata of organizations, of 64 KiB", () =>
    each((metadata) => ["UpdateOrganization", { metadata }], [
      [{ text: "x".repeat(65_525) }, right],
      [{ text: "x".repeat(65_526) }, wrong]
    ]))

  it.live("identities that lack something", () =>
    each((identity) => ["UpdateOrganization", { name: "Acme", identity }], [
      [{ message_id: unit(1) }, "no_change"],
      [{ message_id: unit(2), correlation_id: null, causation_id: null }, "no_change"],
      [{ message_id: unit(3), correlation_id: unit(4) }, "no_change"],
      [{ message_id: unit(5), causation_id: "me" }, wrong],
      [{ message_id: unit(6), correlation_id: { kind: "Double", value: unit(7) } }, wrong],
      [{ message_id: unit(8), correlation_id: { kind: "Single" } }, wrong],
      [{ correlation_id: unit(9), causation_id: unit(9) }, wrong],
      [{}, wrong],
      ["me", wrong]
    ]))
})

describe("dotted lines", () => {
  const lines = (n: number, ...to: ReadonlyArray<number>): Told => [
    "UpdateRole",
    { role_id: unit(n), dotted_line_to: to.map(unit) }
  ]
  const ends = (n: number, replacement: number | null): Told => [
    "DeprecateRole",
    {
      role_id: unit(n),
      reason: "Split",
      replacement_role_id: replacement === null ? null : unit(replacement),
      effective_date: "2025-01-31"
    }
  ]
  const many = Array.from({ length: 12 }, (_, index) => 100 + index)

  it.live("lead to ten roles that are live, and not to the role itself; circles are fine", () =>
    Effect.gen(function*() {
      const { ends: all } = yield* tell(
        ...many.map((n) => role(n)),
        role(1, { dotted_line_to: many.slice(0, 10).map(unit) }),
        role(2, { dotted_line_to: many.slice(0, 11).map(unit) }),
        role(3, { dotted_line_to: [unit(3)] }),
        lines(100, 1),
        lines(100, 1, 1),
        lines(1, 1),
        lines(1, 999),
        lines(1),
        lines(1),
        ends(111, null),
        lines(1, 111)
      )
      expect(all.slice(many.length)).toEqual([
        right,
        wrong,
        "RoleNotFound",
        right,
        "no_change",
        "CircularReference",
        "RoleNotFound",
        right,
        "no_change",
        right,
        "EntityRetired"
      ])
    }))

  it.live("lead to the replacement of a role that ends, once and not to itself, or end", () =>
    Effect.gen(function*() {
      const same = "no_change"
      const { ends: all, events } = yield* tell(
        ...[1, 2, 3, 4, 5].map((n) => role(n)),
        lines(2, 1, 3),
        lines(3, 2, 1),
        lines(4, 3),
        lines(5, 1, 4, 3),
        lines(1, 2),
        ends(1, 3),
        lines(2, 3),
        lines(3, 2),
        lines(5, 4, 3),
        ends(3, null),
        lines(2),
        lines(4),
        lines(5, 4)
      )
      expect(all.slice(10)).toEqual([right, same, same, same, right, same, same, same])
      const dotted = events.filter(({ event_type }) => event_type === "RoleDeprecated")
        .map(({ repointed }) => (repointed as Fields)["dotted_role_ids"])
      expect(dotted).toEqual([[2, 3, 5], [2, 4, 5]].map((ids) => ids.map((n) => ({ id: unit(n) }))))
    }))
})
