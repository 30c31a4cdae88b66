import type { StoredMessage } from "./History.ts"
import { organizationOf, type Replayed } from "./Replayed.ts"
import type { Violation } from "./Violation.ts"

/** What the stream says by itself: versions, guards, identities, batches. */
export const checkStream = (
  stream: ReadonlyArray<StoredMessage>,
  replays: ReadonlyMap<string, Replayed>
): ReadonlyArray<Violation> => [
  ...checkIdentities(stream),
  ...[...replays.values()].flatMap(checkChain),
  ...checkBatches(stream)
]

const checkIdentities = (stream: ReadonlyArray<StoredMessage>): ReadonlyArray<Violation> => {
  const firsts = new Map<string, StoredMessage>()
  return stream.flatMap((message) => {
    const about = { organizationId: organizationOf(message), sequence: message.sequence }
    return ["X-Command-ID", "Nats-Msg-Id"].flatMap((name): ReadonlyArray<Violation> => {
      const id = message.headers[name]
      if (id === undefined) return [{ kind: "unsent", ...about, detail: `the event has no ${name}` }]
      // A command may concern several organizations; an event is of one.
      const key = name === "X-Command-ID" ? `${name} ${id} in ${about.organizationId}` : `${name} ${id}`
      const first = firsts.get(key)
      if (first === undefined) firsts.set(key, message)
      return first === undefined ? [] : [{
        kind: "doubled",
        ...about,
        ...(name === "X-Command-ID" ? { commandId: id } : {}),
        detail: `${key} stands at sequence ${first.sequence} already`
      }]
    })
  })
}

const checkChain = ({ events, organizationId }: Replayed): ReadonlyArray<Violation> => {
  const filter = `organization.events.${organizationId}.>`
  return events.flatMap(({ commandId, message }, index): ReadonlyArray<Violation> => {
    const about = { organizationId, commandId, sequence: message.sequence }
    const version = message.headers["X-Aggregate-Version"]
    const expected = message.headers["Nats-Expected-Last-Subject-Sequence"]
    const guarded = message.headers["Nats-Expected-Last-Subject-Sequence-Subject"]
    const before = events[index - 1]?.message
    const isGuarded = expected === String(before?.sequence ?? 0) && guarded === filter
    return [
      ...(version === String(index + 1)
        ? []
        : [{ kind: "gap" as const, ...about, detail: `version ${version} stands where ${index + 1} should` }]),
      ...(isGuarded || (guarded === undefined && continuesBatch(before, message)) ? [] : [{
        kind: "unguarded" as const,
        ...about,
        detail: `stored on the condition that ${guarded} ends at ${expected}; it ended at ${before?.sequence ?? 0}`
      }])
    ]
  })
}

const batchOf = ({ headers }: StoredMessage) => ({
  id: headers["Nats-Batch-Id"],
  number: Number(headers["Nats-Batch-Sequence"]),
  isLast: headers["Nats-Batch-Commit"] !== undefined
})

/**
 * Whether a message was stored together with the one before it, so that the guard of that one is its own. One that has a guard was
 * an append by itself: the broker looked at that without seeing the other.
 */
const continuesBatch = (before: StoredMessage | undefined, message: StoredMessage): boolean => {
  if (before === undefined || before.sequence !== message.sequence - 1) return false
  const [first, second] = [batchOf(before), batchOf(message)]
  return second.id !== undefined && first.id === second.id && !first.isLast && first.number === second.number - 1
}

/** A batch is all there, side by side, or not at all. */
const checkBatches = (stream: ReadonlyArray<StoredMessage>): ReadonlyArray<Violation> =>
  stream.flatMap((message, index): ReadonlyArray<Violation> => {
    const { id, isLast, number } = batchOf(message)
    if (id === undefined) return []
    const [before, after] = [stream[index - 1], stream[index + 1]]
    const isWhole = (number === 1 || (before !== undefined && continuesBatch(before, message))) &&
      (isLast || (after !== undefined && continuesBatch(message, after)))
    return isWhole ? [] : [{
      kind: "torn",
      organizationId: organizationOf(message),
      sequence: message.sequence,
      detail: `message ${number} of batch ${id} stands without the ones beside it`
    }]
  })
