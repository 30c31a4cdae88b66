import type { Loaded } from "../Aggregate.ts"
import type { Decider, Decision } from "../Decider.ts"
import type { PendingCommand } from "./PendingCommand.ts"

/** A command and what was decided on it. */
export interface Decided<C, Event, Rejection> {
  readonly command: C
  readonly decision: Decision<Event, Rejection>
  /** The version that it was decided on: the events of those before it count. */
  readonly version: number
}

/** What a group comes to, should its events be stored where they were decided. */
export interface Plan<C, Event, Rejection> {
  readonly decided: ReadonlyArray<Decided<C, Event, Rejection>>
  /** What they have to store, in order, and the trace that each event belongs to. */
  readonly events: ReadonlyArray<Event>
  readonly traceparents: ReadonlyArray<string | undefined>
  /** Those that can be decided only when the events are stored. */
  readonly later: ReadonlyArray<C>
}

/** What is to be stored for it. */
export const eventsToStore = <Command, Context, Event, Rejection>(
  { request }: PendingCommand<Command, Context, Rejection>,
  decision: Decision<Event, Rejection>
): ReadonlyArray<Event> => decision._tag === "Accepted" && !request.dryRun ? decision.events : []

/**
 * Decides commands of one aggregate, each on what those before it come to. Where events will be is known once they are stored:
 * the answer to a repeated command says it, so such a command waits. From the first one that cannot be stored with those before
 * it all wait, so that they keep their order. Commands that are over are left out.
 */
export const decideGroup = <State, Command, Event, Rejection, Context>(
  { decide, evolve }: Decider<State, Command, Event, Rejection, Context>,
  loaded: Loaded<State>,
  group: ReadonlyArray<PendingCommand<Command, Context, Rejection>>,
  eventsMax: number
): Plan<PendingCommand<Command, Context, Rejection>, Event, Rejection> => {
  const decided: Array<Decided<PendingCommand<Command, Context, Rejection>, Event, Rejection>> = []
  const events: Array<Event> = []
  const traceparents: Array<string | undefined> = []
  const later: Array<PendingCommand<Command, Context, Rejection>> = []
  // An append without an answer may be on its way still when its commands are decided again, here or elsewhere, without those
  // before them. What is in it must be accepted at its guard by itself: else it could be refused there, and then be stored.
  // All before any event is evolved, because asking an older version of a state is dear.
  const acceptedAlone = new Set(
    group.length === 1
      ? group
      : group.filter((each) =>
        !each.isOver && decide(loaded.state, each.request.command, each.request.context)._tag === "Accepted"
      )
  )
  let state = loaded.state
  let evolved = 0
  for (const [index, command] of group.entries()) {
    if (command.isOver) continue
    for (; evolved < events.length; evolved++) state = evolve(state, events[evolved]!, loaded.cursor.position)
    const decision = decide(state, command.request.command, command.request.context)
    if (decision._tag === "Duplicate" && events.length > 0) {
      later.push(command)
      continue
    }
    const more = eventsToStore(command, decision)
    const fits = events.length + more.length <= eventsMax && acceptedAlone.has(command)
    if (events.length > 0 && more.length > 0 && !fits) {
      later.push(...group.slice(index))
      break
    }
    decided.push({ command, decision, version: loaded.cursor.version + events.length })
    for (const event of more) {
      events.push(event)
      traceparents.push(command.traceparent)
    }
  }
  return { decided, events, traceparents, later }
}
