import { uuidOf } from "@cim-domain/commands/testing/valueArbitraries"
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { setFlagsFromString } from "node:v8"
import { getHeapStatistics } from "node:v8"
import { runInNewContext } from "node:vm"
import { memoryOf } from "../src/limits/memoryOf.ts"
import { organizationStateCodec } from "../src/protocol.ts"
import { walkedOrganizationId } from "../src/testing/arbitraries.ts"
import { readEvent } from "./readEvent.ts"
import { replay } from "./walking.ts"

setFlagsFromString("--expose-gc")
const collect: () => void = runInNewContext("gc")

/** Memory in use, when all is collected that can be. */
const used = () => {
  collect()
  return getHeapStatistics().used_heap_size + process.memoryUsage().arrayBuffers
}

let made = 0

const event = (event_type: string, fields: object) => {
  const id = uuidOf(++made)
  return readEvent(JSON.stringify({
    event_type,
    event_id: id,
    identity: { correlation_id: id, causation_id: id, message_id: uuidOf(++made) },
    organization_id: walkedOrganizationId,
    occurred_at: "2026-01-01T00:00:00.000Z",
    ...fields
  }))
}

const created = (fields: object) =>
  event("OrganizationCreated", { name: "Acme", display_name: "Acme", organization_type: "LLC", ...fields })

/** An organization of so many roles; `fields` are what each has besides. */
const ofRoles = (count: number, fields: (n: number) => object) => [
  created({}),
  ...Array.from({ length: count }, (_, n) =>
    event("RoleCreated", {
      role_id: uuidOf(++made),
      title: `Role ${n}`,
      code: `R-${n}`,
      role_type: "Technical",
      ...fields(n)
    }))
]

/** Texts that differ, of which nothing is shared. */
const text = (length: number, letter: string, n: number) => `${n} ${letter.repeat(length)}`
const texts = (count: number, length: number, letter: string, n: number) =>
  Array.from({ length: count }, (_, k) => text(length, letter, n * count + k))

describe("what a state is said to take in memory is between half and four times what it takes", () => {
  const kinds = {
    "nothing but its name": () => [created({})],
    "many thin roles": () => ofRoles(1_000, () => ({})),
    "many thin facilities": () =>
      [created({})].concat(
        Array.from({ length: 1_000 }, (_, n) =>
          event("FacilityCreated", {
            facility_id: uuidOf(++made),
            name: `F ${n}`,
            code: `F-${n}`,
            facility_type: "Office"
          }))
      ),
    "descriptions": () => ofRoles(200, (n) => ({ description: text(3_900, "x", n) })),
    "large roles": () => ofRoles(20, (n) => ({ responsibilities: texts(200, 480, "x", n) })),
    "large roles in another script": () => ofRoles(20, (n) => ({ responsibilities: texts(200, 400, "株", n) })),
    "one letter of another script in each text": () =>
      ofRoles(20, (n) => ({ responsibilities: texts(200, 400, "x", n).map((each) => `${each}株`) })),
    "many metadata of units": () =>
      ofRoles(500, (n) => ({ metadata: { external_id: `X-${n}`, fte: 0.5, grade: `G ${n}` } })),
    "dotted lines": () => {
      const first = made + 3
      return ofRoles(500, (n) => ({
        dotted_line_to: Array.from({ length: Math.min(n, 10) }, (_, k) => uuidOf(first + 3 * (n - 1 - k)))
      }))
    },
    "many short texts": () => ofRoles(50, (n) => ({ permissions: texts(200, 1, "x", n) })),
    "metadata of empty objects": () => [created({ metadata: { a: Array.from({ length: 20_000 }, () => ({})) } })],
    "metadata of many keys": () => [
      created({ metadata: Object.fromEntries(Array.from({ length: 6_000 }, (_, n) => [`key ${n}`, n])) })
    ],
    "metadata of empty lists": () => [created({ metadata: { a: Array.from({ length: 20_000 }, () => []) } })],
    "metadata of nests": () => [
      created({ metadata: { a: Array.from({ length: 5_000 }, () => ({ a: { b: [{ c: null }] } })) } })
    ]
  }
  for (const [name, events] of Object.entries(kinds)) {
    it(name, () => {
      const state = replay(events())
      assert.strictEqual(state.anomalies.count, 0)
      const snapshot = organizationStateCodec.encode(state)
      const said = memoryOf(state)
      const copies = Math.ceil(8_000_000 / said)
      const kept: Array<unknown> = []
      // The first one brings what all share.
      kept.push(Result.getOrThrow(organizationStateCodec.decode(snapshot)))
      const before = used()
      for (let n = 0; n < copies; n++) kept.push(Result.getOrThrow(organizationStateCodec.decode(snapshot)))
      const took = (used() - before) / copies
      assert.lengthOf(kept, copies + 1)
      assert.isAbove(said / took, 0.5, `${said} said, ${took} taken`)
      assert.isBelow(said / took, 4, `${said} said, ${took} taken`)
    })
  }
})
