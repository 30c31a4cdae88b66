import type { CommandFacts } from "@cim-domain/event-sourcing/Event"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary } from "effect"
import {
  type RecentCommand,
  RecentCommands,
  recentCommandsMax,
  type RememberedEvent,
  typeNumbers
} from "../src/memory/RecentCommands.ts"
import { uuidV7 } from "../src/testing/uuidV7.ts"
import { among, listOf, oneOf, upTo, uuidOf } from "../src/testing/valueArbitraries.ts"

const arbitrary = { runs: 60 }
const commandTypes = ["Register", "Rename", "End"]
const eventTypes = ["Registered", "Renamed", "Ended"]
const types = typeNumbers(commandTypes, eventTypes)
const none = RecentCommands.none(types)

/** What {@link RecentCommands} is to be, in the plainest way. */
interface Model {
  readonly commands: ReadonlyArray<RecentCommand>
  readonly forgotten: number
}

const remember = (
  { commands, forgotten }: Model,
  command_id: string,
  event: RememberedEvent,
  facts: CommandFacts
): Model => {
  const known = commands.some((command) => command.command_id === command_id)
  const all: ReadonlyArray<RecentCommand> = known
    ? commands.map((command) =>
      command.command_id === command_id ? { ...command, events: [...command.events, event].slice(0, 100) } : command
    )
    : [...commands, { command_id, ...facts, events: [event] }]
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
const essences: Arbitrary.Arbitrary<Pick<RememberedEvent, "created_id">> = oneOf<Pick<RememberedEvent, "created_id">>(
  among({}),
  Arbitrary.map(upTo(1_000), (number) => ({ created_id: idOf(number) }))
)
const events: Arbitrary.Arbitrary<RememberedEvent> = Arbitrary.map(
  Arbitrary.all([upTo(1_000_000), among(...eventTypes), upTo(2 ** 31), positions, essences]),
  ([id, type, version, position, essence]) => ({ id: uuidOf(id), type, version, position, ...essence })
)
const someFacts: Arbitrary.Arbitrary<CommandFacts> = Arbitrary.map(
  Arbitrary.all([
    among(null, ...commandTypes),
    among(null, "0123456789abcdef", "ffffffffffffffff", "0000000000000000")
  ]),
  ([type, digest]) => ({ type, digest })
)

const someEvent: RememberedEvent = { id: uuidOf(1), type: "Renamed", version: 1, position: 1 }

interface Step {
  readonly command: number
  readonly event: RememberedEvent
  readonly facts: CommandFacts
  /** From which version the step goes on: 0 = the newest, else that many before it. */
  readonly back: number
}

const stepsOf = (commands: number, length: number): Arbitrary.Arbitrary<ReadonlyArray<Step>> =>
  listOf(
    Arbitrary.all({ command: upTo(commands), event: events, facts: someFacts, back: among(0, 0, 0, 1, 2, 7, 30) }),
    length
  )

const requireSame = (actual: RecentCommands, { commands, forgotten }: Model) => {
  assert.deepStrictEqual(actual.list(), commands)
  assert.deepStrictEqual([actual.count, actual.forgotten], [commands.length, forgotten])
}

describe("laws of recent commands", () => {
  for (const [name, commands] of [["few commands", 5], ["many commands", 1_000]] as const) {
    it.prop(`${name}: every version is what was remembered on the way to it`, [stepsOf(commands, 80)], ([steps]) => {
      const versions: Array<readonly [RecentCommands, Model]> = [[none, { commands: [], forgotten: 0 }]]
      for (const { back, command, event, facts } of steps) {
        const [actual, model] = versions[Math.max(0, versions.length - 1 - back)]!
        versions.push([actual.remember(idOf(command), event, facts), remember(model, idOf(command), event, facts)])
      }
      for (const [actual, model] of versions) {
        requireSame(actual, model)
        for (let command = 0; command <= Math.min(commands, 50); command++) {
          const id = idOf(command)
          assert.deepStrictEqual(actual.find(id), model.commands.find(({ command_id }) => command_id === id))
        }
        const unpacked = RecentCommands.unpack(types, actual.pack())!
        requireSame(unpacked, model)
        const [id, event] = [idOf(3), someEvent]
        requireSame(unpacked.remember(id, event), remember(model, id, event, { type: null, digest: null }))
      }
    }, { arbitrary })
  }

  it.prop("the last thousand are found, from any version on, and no others", [stepsOf(4_000, 30)], ([steps]) => {
    const fill = (from: RecentCommands, count: number, first: number) =>
      Array.from({ length: count }).reduce<RecentCommands>((commands, _, index) => {
        const { event } = steps[index % steps.length] ?? { event: someEvent }
        return commands.remember(uuidOf(first + index), event)
      }, from)
    const before = fill(none, 1_700, 0)
    const branches = [
      fill(before, 900, 10_000),
      fill(before, 10, 20_000),
      fill(RecentCommands.unpack(types, before.pack())!, 3, 30_000)
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

  it("says which commands may be forgotten: by the time in ids of version 7, by whether there are any of the others", () => {
    const timed = (millis: number) => uuidV7(millis, new Uint8Array(10))
    const random = (n: number) => `${String(n).padStart(8, "0")}-5b9e-4c63-8f0a-3a8e8a2a7f10`
    const remembering = (ids: ReadonlyArray<string>) =>
      ids.reduce((commands, id) => commands.remember(id, someEvent), none)
    const many = Array.from({ length: recentCommandsMax }, (_, n) => timed(5_000 + n))
    const full = remembering(many)
    assert.isFalse(full.mayHaveForgotten(timed(1)))
    assert.isFalse(full.mayHaveForgotten(random(1)))
    const one = remembering([timed(3_000), ...many])
    assert.deepStrictEqual([2_999, 3_000, 3_001].map((millis) => one.mayHaveForgotten(timed(millis))), [
      true,
      true,
      false
    ])
    assert.isFalse(one.mayHaveForgotten(random(1)))
    const both = remembering([random(7), timed(3_000), ...many])
    for (const commands of [both, RecentCommands.unpack(types, both.pack())!]) {
      assert.isTrue(commands.mayHaveForgotten(random(1)))
      assert.isTrue(commands.mayHaveForgotten(timed(3_000)))
      assert.isFalse(commands.mayHaveForgotten(timed(3_001)))
    }
  })

  it.prop("what was damaged is not read", [stepsOf(5, 10), upTo(10_000), upTo(31)], ([steps, place, bit]) => {
    const commands = steps.reduce(
      (commands, { command, event, facts }) => commands.remember(idOf(command), event, facts),
      none
    )
    const { packed, ...rest } = commands.pack()
    assert.isUndefined(RecentCommands.unpack(types, { ...rest, packed, count: rest.count + 1 }))
    if (commands.count === 0) return
    const bytes = Buffer.from(packed, "base64")
    assert.isUndefined(RecentCommands.unpack(types, { ...rest, packed: bytes.subarray(0, -4).toString("base64") }))
    bytes.writeInt32LE(bytes.readInt32LE(0) ^ 1 << bit, 0)
    const changed = RecentCommands.unpack(types, { ...rest, packed: bytes.toString("base64") })
    // Another type or status is as good as any; a checksum tells. None of them may throw.
    changed?.list()
    for (let at = 0; at < 4; at++) bytes[(place + at) % bytes.length]! ^= 0xFF
    RecentCommands.unpack(types, { ...rest, packed: bytes.toString("base64") })?.list()
  }, { arbitrary })
})
