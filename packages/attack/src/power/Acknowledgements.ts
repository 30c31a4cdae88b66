import { type Cursor, start } from "@cim-domain/event-sourcing/Event"
import { EventStore } from "@cim-domain/event-sourcing/EventStore"
import { Effect } from "effect"
import { randomUUID } from "node:crypto"

/** Events that a broker said to have stored: their ids by sequence. */
export type Acknowledgements = ReadonlyMap<number, string>

/** Writers side by side, each to an aggregate of its own. */
const writers = 64

const data = JSON.stringify({ description: "x".repeat(300) })

/** Appends as fast as acknowledgements come, and writes these down, until interrupted. */
export const acknowledge = Effect.fnUntraced(function*(acknowledged: Map<number, string>) {
  const store = yield* EventStore
  const write = Effect.gen(function*() {
    const aggregateId = randomUUID()
    let cursor: Cursor = start
    for (;;) {
      const id = randomUUID()
      const cause = { commandId: id, correlationId: id, causationId: id, actor: null }
      const event = { id, type: "OrganizationUpdated", token: "updated", schemaVersion: 2, cause, data }
      const [[position = 0]] = yield* store.append([{ aggregateId, expected: cursor, events: [event] }])
      acknowledged.set(position, id)
      cursor = { version: cursor.version + 1, position }
    }
  })
  // A writer whose append fails, as when the power is gone, is done.
  return yield* Effect.forEach(Array.from({ length: writers }), () => Effect.ignore(write), {
    concurrency: "unbounded",
    discard: true
  })
})

/** Sequences of acknowledged events that are not stored under their sequence, in order. */
export const lostOf = (acknowledged: Acknowledgements, stored: Acknowledgements): ReadonlyArray<number> =>
  [...acknowledged].flatMap(([sequence, id]) => stored.get(sequence) === id ? [] : [sequence])
    .toSorted((left, right) => left - right)
