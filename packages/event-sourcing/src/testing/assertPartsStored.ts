import { assert } from "@effect/vitest"
import { Array as Arr, Effect } from "effect"
import type { AppendPart, AppendParts } from "../store/Append.ts"
import { type Cursor, start } from "../store/Event.ts"
import { EventStore } from "../store/EventStore.ts"
import { makeEvent } from "./makeEvent.ts"

const fromStart = Effect.succeed(start)

/** What is to be appended to an aggregate behind `expected`: so many events of two kinds. */
export const makePart = (aggregateId: string, expected: Cursor, count = 1): AppendPart => ({
  aggregateId,
  expected,
  events: Arr.makeBy(count, (n) => makeEvent(`kind${n % 2}`, { n }))
})

/** All events of an aggregate. */
export const historyOf = Effect.fnUntraced(function*(aggregateId: string) {
  const store = yield* EventStore
  return yield* store.read(aggregateId, fromStart)
})

/** That each of these aggregates ends with the events of its part, where the append said that they are. */
export const assertPartsStored = Effect.fnUntraced(
  function*(parts: AppendParts, positions: ReadonlyArray<ReadonlyArray<number>>) {
    assert.deepStrictEqual(positions.map(({ length }) => length), parts.map(({ events }) => events.length))
    for (const [index, { aggregateId, events, expected }] of parts.entries()) {
      const { events: all, head } = yield* historyOf(aggregateId)
      assert.deepStrictEqual(
        all.slice(expected.version).map(({ data, id, position, version }) => ({ data, id, position, version })),
        events.map(({ data, id }, n) => ({
          data,
          id,
          position: positions[index]![n]!,
          version: expected.version + n + 1
        }))
      )
      assert.deepStrictEqual(head, { version: expected.version + events.length, position: positions[index]!.at(-1)! })
    }
  }
)

/** That these aggregates have no event behind what the parts expect, and those that they do. */
export const assertNothingStored = Effect.fnUntraced(function*(cursors: ReadonlyArray<readonly [string, Cursor]>) {
  for (const [aggregateId, cursor] of cursors) assert.deepStrictEqual((yield* historyOf(aggregateId)).head, cursor)
})
