import { eventPrefix } from "@cim-domain/organization"
import type { StoredMessage } from "@cim-domain/simulation/check/History"
import type { Violation } from "@cim-domain/simulation/check/Violation"
import { organizationOf, type Replay } from "./Replay.ts"

/** What the stream says by itself: versions, guards, identities. */
export const checkStream = (
  stream: ReadonlyArray<StoredMessage>,
  replays: ReadonlyMap<string, Replay>
): ReadonlyArray<Violation> => [...checkIdentities(stream), ...[...replays.values()].flatMap(checkChain)]

const checkIdentities = (stream: ReadonlyArray<StoredMessage>): ReadonlyArray<Violation> => {
  const firsts = new Map<string, StoredMessage>()
  return stream.flatMap((message) => {
    const about = { organizationId: organizationOf(message), sequence: message.sequence }
    return ["X-Command-ID", "Nats-Msg-Id"].flatMap((name): ReadonlyArray<Violation> => {
      const id = message.headers[name]
      if (id === undefined) return [{ kind: "unsent", ...about, detail: `the event has no ${name}` }]
      const key = `${name} ${id}`
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

const checkChain = ({ events, organizationId, states }: Replay): ReadonlyArray<Violation> => {
  const filter = `${eventPrefix}.${organizationId}.>`
  const links = events.flatMap(({ commandId, event, message }, index): ReadonlyArray<Violation> => {
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
      }]),
      ...(event.event_type === "Opaque"
        ? [{ kind: "undecided" as const, ...about, detail: `an event that cannot be read: ${event.recorded_type}` }]
        : [])
    ]
  })
  const anomalies = states.at(-1)!.anomalies.last.map(({ event_type, version, why }): Violation => ({
    kind: "undecided",
    organizationId,
    detail: `version ${version}, ${event_type}, does not fit: ${why}`
  }))
  return [...links, ...anomalies]
}

/**
 * Whether a message was stored together with the one before it, so that the guard of that one is its own. One that has a guard was
 * an append by itself: the broker looked at that without seeing the other.
 */
const continuesBatch = (before: StoredMessage | undefined, message: StoredMessage): boolean => {
  const [id, number] = [message.headers["Nats-Batch-Id"], Number(message.headers["Nats-Batch-Sequence"])]
  return before !== undefined && id !== undefined && before.headers["Nats-Batch-Id"] === id &&
    before.headers["Nats-Batch-Commit"] === undefined && Number(before.headers["Nats-Batch-Sequence"]) === number - 1 &&
    before.sequence === message.sequence - 1
}
