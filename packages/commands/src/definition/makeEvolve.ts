import type { CommandFacts } from "@cim-domain/event-sourcing/Event"
import type { Timestamp } from "../fields/Timestamp.ts"
import { addAnomaly, noAnomalies } from "../history/Anomalies.ts"
import { commandIdOf } from "../history/commandIdOf.ts"
import { type Evolved, Partly, Unfit } from "../history/Evolved.ts"
import type { Kept } from "../history/Kept.ts"
import { isOpaque, type OpaqueEvent } from "../history/OpaqueEvent.ts"
import { addUnknownEvent, noUnknownEvents } from "../history/UnknownEvents.ts"
import { RecentCommands, type TypeNumbers } from "../memory/RecentCommands.ts"
import type { Catalog } from "./Catalog.ts"
import type { AnyEvent, KnownEvent } from "./EventCatalog.ts"

/** The state of an aggregate to which nothing has happened. */
export const makeInitial = <State>(types: TypeNumbers, initial: State) => {
  const kept = {
    version: 0,
    updated_at: null,
    recent_commands: RecentCommands.none(types),
    unknown_events: noUnknownEvents,
    anomalies: noAnomalies
  }
  return (id: string): State & Kept => ({ ...initial, ...kept, id })
}

/**
 * The state after one more event, which stands at `position` in the store and came of a command of which `facts` are known.
 * Total: an event that does not fit changes nothing but the version and is noted as an anomaly, one that fits in part applies
 * in part and is noted as well, and one that cannot be read is noted as unknown.
 */
export const makeEvolve = <State>(
  { events, noun }: Pick<Catalog, "events" | "noun">,
  evolve: (state: State & Kept, event: AnyEvent) => Evolved<State>
) =>
(
  state: State & Kept,
  event: AnyEvent | OpaqueEvent,
  position: number,
  facts?: CommandFacts | null
): State & Kept => {
  const version = state.version + 1
  if (isOpaque(event)) {
    const { readable, recorded_type, schema_version } = event
    const noted = { event_type: recorded_type, schema_version, position }
    return { ...state, version, unknown_events: addUnknownEvent(state.unknown_events, noted, readable) }
  }
  const known = events.byType.get(event.event_type)!
  const { event_type } = event
  const noted = (why: string) => addAnomaly(state.anomalies, { version, event_type, why })
  const evolved = known.aggregateIdOf(event) === state.id
    ? evolve(state, event)
    : new Unfit(`it belongs to another ${noun}`)
  if (evolved instanceof Unfit) return { ...state, version, anomalies: noted(evolved.why) }
  return {
    ...(evolved instanceof Partly ? evolved.state : evolved),
    id: state.id,
    version,
    updated_at: later(state.updated_at, event.occurred_at),
    recent_commands: state.recent_commands.remember(
      commandIdOf(event),
      rememberedEvent(known, event, version, position),
      facts ?? undefined
    ),
    unknown_events: state.unknown_events,
    anomalies: evolved instanceof Partly ? noted(evolved.ignored.join("; ")) : state.anomalies
  }
}

/** An event with what a repetition of its command is to be told. */
const rememberedEvent = ({ creates }: KnownEvent, event: AnyEvent, version: number, position: number) => {
  const { event_id: id, event_type: type } = event
  return creates === undefined
    ? { id, type, version, position }
    : { id, type, version, position, created_id: (event as unknown as { readonly [field: string]: string })[creates]! }
}

const later = (known: Timestamp | null, time: Timestamp): Timestamp => known !== null && known > time ? known : time
