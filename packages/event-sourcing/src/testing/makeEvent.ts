import { Effect } from "effect"
import { type Cursor, type EventToAppend, start } from "../store/Event.ts"
import { EventStore } from "../store/EventStore.ts"

let made = 0

/** An event that no other call has made, for contract and adapter tests. */
export const makeEvent = (token = "happened", data: unknown = {}): EventToAppend => {
  const id = `event-${++made}`
  return {
    id,
    type: `Thing${token[0]!.toUpperCase()}${token.slice(1)}`,
    token,
    schemaVersion: 1,
    cause: {
      commandId: `command-${made}`,
      correlationId: `conversation-${made}`,
      causationId: `cause-${made}`,
      actor: null
    },
    data: JSON.stringify(data)
  }
}

/** The id of an aggregate that no other call has given. */
export const makeAggregateId = (): string => `aggregate-${++made}-thing`

/** Appends `count` events one by one and gives the cursor after them. */
export const appendOneByOne = Effect.fnUntraced(function*(aggregateId: string, count: number, from: Cursor = start) {
  const store = yield* EventStore
  let cursor = from
  for (let n = 0; n < count; n++) {
    const [[position]] = yield* store.append([{
      aggregateId,
      expected: cursor,
      events: [makeEvent(`kind${n % 5}`, { n })]
    }])
    cursor = { version: cursor.version + 1, position: position! }
  }
  return cursor
})
