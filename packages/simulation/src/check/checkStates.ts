import { differences } from "../model/differences.ts"
import { isSame, readJson } from "../model/Json.ts"
import type { ModelOrganization } from "../model/ModelOrganization.ts"
import { viewOf, viewOfState } from "../model/viewOf.ts"
import { type Evidence, replayedOf } from "./Evidence.ts"
import type { StoredMessage } from "./History.ts"
import type { Violation } from "./Violation.ts"

/**
 * The service's own replay: the states after each of the events of an organization, written as in a snapshot. It is given from
 * outside, so that what judges owes nothing to what is judged.
 */
export type ReplayStates = (organizationId: string, events: ReadonlyArray<StoredMessage>) => ReadonlyArray<string>

/** After every event the service's state is the one that the specification says: each event changed what it is about, and nothing else. */
export const checkStates = (evidence: Evidence, replayStates: ReplayStates): ReadonlyArray<Violation> =>
  [...evidence.replays.values()].flatMap(({ events, organizationId, states }) => {
    const own = replayStates(organizationId, events.map(({ message }) => message))
    // What drifted once stays so: the first event that did it is the one to look at.
    const place = events.findIndex((_, index) => driftOf(states[index + 1]!, own[index]).length > 0)
    const event = events[place]
    return event === undefined ? [] : [{
      kind: "drifted" as const,
      organizationId,
      commandId: event.commandId,
      sequence: event.message.sequence,
      detail: `after ${event.type}: ${driftOf(states[place + 1]!, own[place]).join("; ")}`
    }]
  })

/** Where a state that the service wrote is not the one of the model. */
export const driftOf = (model: ModelOrganization, state: string | undefined): ReadonlyArray<string> => {
  const [expected, actual] = [viewOf(model), viewOfState(state === undefined ? undefined : readJson(state))]
  if (actual === null) return ["there is no state"]
  return [...new Set([...Object.keys(expected), ...Object.keys(actual)])].flatMap((key) => {
    const [right, is] = [expected[key] ?? null, actual[key] ?? null]
    if (isSame(right, is)) return []
    const words = differences(right, is, key)
    return words.length > 0 ? words : [`${key} differs`]
  })
}

/** A snapshot is the state after its last event. */
export const checkSnapshots = (evidence: Evidence): ReadonlyArray<Violation> =>
  evidence.history.snapshots.flatMap(({ aggregateId, eventId, position, state, version }): ReadonlyArray<Violation> => {
    const { events, states } = replayedOf(evidence, aggregateId)
    const last = events[version - 1]?.message
    const wrong = [
      ...(last?.sequence === position ? [] : [`it says position ${position} instead of ${last?.sequence}`]),
      ...((last?.headers["Nats-Msg-Id"] ?? null) === eventId ? [] : [`it says event ${eventId}`]),
      ...(states[version] === undefined ? ["there is no such version"] : driftOf(states[version], state))
    ]
    return wrong.length === 0 ? [] : [{
      kind: "snapshot",
      organizationId: aggregateId,
      detail: `the snapshot of version ${version} at ${position} is not the replay: ${wrong.join("; ")}`
    }]
  })
