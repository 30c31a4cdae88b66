import { assert, describe, it } from "@effect/vitest"
import { Arbitrary } from "effect"
import { causingCommands } from "../src/events/causingCommands.ts"
import { eventTypes } from "../src/OrganizationEvent.ts"
import {
  type RecentCommand,
  RecentCommands,
  recentCommandsMax,
  type RememberedEvent
} from "../src/state/RecentCommands.ts"
import { among, listOf, oneOf, upTo, uuidOf } from "../src/testing/valueArbitraries.ts"
import { organizationStatuses } from "../src/values/OrganizationStatus.ts"
import { arbitrary } from "./lawRuns.ts"

/** What {@link RecentCommands} is to be, in the plainest way. */
interface Model {
  readonly commands: ReadonlyArray<RecentCommand>
  readonly forgotten: number
}

const remember = ({ commands, forgotten }: Model, command_id: string, event: RememberedEvent): Model => {
  const known = commands.some((command) => command.command_id === command_id)
  const all: ReadonlyArray<RecentCommand> = known
    ? commands.map((command) =>
      command.command_id === command_id ? { ...command, events: [...command.events, event].slice(0, 100) } : command
    )
    : [...commands, { command_id, command_type: causingCommands[event.type][0], events: [event] }]
  const surplus = Math.max(0, all.length - recentCommandsMax)
  return { commands: all.slice(surplus), forgotten: forgotten + surplus }
}

/** Ids that differ in their first, middle or last digits alone. */
const idOf = (number: number): string =>
  number % 3 === 0
    ? uuidOf(number)
    : number % 3 === 1
    ? `${uuidOf(number).slice(-8)}-0000-7000-8000-000000000000`
    : `00000000-0000-7${uuidOf(number).slice(-3)}-8000-000000000000`

const positions = oneOf(upTo(100), Arbitrary.map(upTo(1_000), (below) => Number.MAX_SAFE_INTEGER - below))
const essences: Arbitrary.Arbitrary<Pick<RememberedEvent, "created_id" | "status_change">> = oneOf(
  among({}),
  Arbitrary.map(upTo(1_000), (number) => ({ created_id: idOf(number) })),
  Arbitrary.map(
    Arbitrary.all([among(...organizationStatuses), among(true, false)]),
    ([to, reasoned]) => ({ status_change: { to, reasoned } })
  )
)
const events: Arbitrary.Arbitrary<RememberedEvent> = Arbitrary.map(
  Arbitrary.all([upTo(1_000_000), among(...eventTypes), upTo(2 ** 31), positions, essences]),
  ([id, type, version, position, essence]) => ({ id: uuidOf(id), type, version, position, ...essence })
)

const someEvent: RememberedEvent = { id: uuidOf(1), type: "OrganizationUpdated", version: 1, position: 1 }

interface Step {
  readonly command: number
  readonly event: RememberedEvent
  /** From which version the step goes on: 0 = the newest, else that many before it. */
  readonly back: number
}

const stepsOf = (commands: number, length: number): Arbitrary.Arbitrary<ReadonlyArray<Step>> =>
  listOf(Arbitrary.all({ command: upTo(commands), event: events, back: among(0, 0, 0, 1, 2, 7, 30) }), length)

const requireSame = (actual: RecentCommands, { commands, forgotten }: Model) => {
  assert.deepStrictEqual(actual.list(), commands)
  assert.deepStrictEqual([actual.count, actual.forgotten], [commands.length, forgotten])
}

describe("laws of recent commands", () => {
  for (const [name, commands] of [["few commands", 5], ["many commands", 1_000]] as const) {
    it.prop(`${name}: every version is what was remembered on the way to it`, [stepsOf(commands, 80)], ([steps]) => {
      const versions: Array<readonly [RecentCommands, Model]> = [[RecentCommands.none, { commands: [], forgotten: 0 }]]
      for (const { back, command, event } of steps) {
        const [actual, model] = versions[Math.max(0, versions.length - 1 - back)]!
        versions.push([actual.remember(idOf(command), event), remember(model, idOf(command), event)])
      }
      for (const [actual, model] of versions) {
        requireSame(actual, model)
        for (let command = 0; command <= Math.min(commands, 50); command++) {
          const id = idOf(command)
          assert.deepStrictEqual(actual.find(id), model.commands.find(({ command_id }) => command_id === id))
        }
        const unpacked = RecentCommands.unpack(actual.pack())!
        requireSame(unpacked, model)
        const [id, event] = [idOf(3), someEvent]
        requireSame(unpacked.remember(id, event), remember(model, id, event))
      }
    }, { arbitrary })
  }

  it.prop("the last thousand are found, from any version on, and no others", [stepsOf(4_000, 30)], ([steps]) => {
    const fill = (from: RecentCommands, count: number, first: number) =>
      Array.from({ length: count }).reduce<RecentCommands>((commands, _, index) => {
        const { event } = steps[index % steps.length] ?? { event: someEvent }
        return commands.remember(uuidOf(first + index), event)
      }, from)
    const before = fill(RecentCommands.none, 1_700, 0)
    const branches = [
      fill(before, 900, 10_000),
      fill(before, 10, 20_000),
      fill(RecentCommands.unpack(before.pack())!, 3, 30_000)
    ]
    const isFound = (commands: RecentCommands, number: number) => commands.find(uuidOf(number)) !== undefined
    assert.deepStrictEqual([699, 700, 1_699, 10_000].map((number) => isFound(before, number)), [
      false,
      true,
      true,
      false
    ])
    const [long, short, stored] = branches
    assert.deepStrictEqual([1_599, 1_600, 10_000, 10_899, 20_000].map((number) => isFound(long!, number)), [
      false,
      true,
      true,
      true,
      false
    ])
    assert.deepStrictEqual([709, 710, 20_000, 20_009, 10_000].map((number) => isFound(short!, number)), [
      false,
      true,
      true,
      true,
      false
    ])
    assert.deepStrictEqual([702, 703, 30_002, 30_003].map((number) => isFound(stored!, number)), [
      false,
      true,
      true,
      false
    ])
    for (const { count } of [before, ...branches]) assert.strictEqual(count, 1_000)
    assert.deepStrictEqual(branches.map(({ forgotten }) => forgotten), [1_600, 710, 703])
  }, { arbitrary: { runs: 5 } })

  it.prop("what was damaged is not read", [stepsOf(5, 10), upTo(10_000), upTo(31)], ([steps, place, bit]) => {
    const commands = steps.reduce(
      (commands, { command, event }) => commands.remember(idOf(command), event),
      RecentCommands.none
    )
    const { packed, ...rest } = commands.pack()
    assert.isUndefined(RecentCommands.unpack({ ...rest, packed, count: rest.count + 1 }))
    if (commands.count === 0) return
    const bytes = Buffer.from(packed, "base64")
    assert.isUndefined(RecentCommands.unpack({ ...rest, packed: bytes.subarray(0, -4).toString("base64") }))
    bytes.writeInt32LE(bytes.readInt32LE(0) ^ 1 << bit, 0)
    const changed = RecentCommands.unpack({ ...rest, packed: bytes.toString("base64") })
    // Another type or status is as good as any; a checksum tells. None of them may throw.
    changed?.list()
    for (let at = 0; at < 4; at++) bytes[(place + at) % bytes.length]! ^= 0xFF
    RecentCommands.unpack({ ...rest, packed: bytes.toString("base64") })?.list()
  }, { arbitrary })
})
