import type { Decision } from "@cim-domain/event-sourcing/Decider"
import type { DecideContext } from "../DecideContext.ts"
import { timestampFromMillis } from "../fields/Timestamp.ts"
import type { Kept } from "../history/Kept.ts"
import type { AnyError } from "../Rejection.ts"
import type { Catalog } from "./Catalog.ts"
import type { AnyCommand } from "./CommandCatalog.ts"
import type { AnyEvent } from "./EventCatalog.ts"

/** An event as a domain decides it: without what follows from its command. */
export interface BareEvent {
  readonly event_type: string
}

/** Gives the events of a decision, if it has some, what follows from their command. */
export const makeCompletion = (catalog: Catalog) =>
(
  decision: Decision<BareEvent, AnyError>,
  state: Kept,
  command: AnyCommand,
  context: DecideContext<unknown>
): Decision<AnyEvent, AnyError> => {
  if (decision._tag !== "Accepted") return decision
  const [first, ...others] = decision.events
  return {
    _tag: "Accepted",
    events: [
      completeEvent(catalog, first, 0, state, command, context),
      ...others.map((event, index) => completeEvent(catalog, event, index + 1, state, command, context))
    ]
  }
}

/**
 * The event with what every event says: it continues the conversation of its command and is caused by it. Time never
 * runs backwards within an aggregate, whatever the clock says.
 */
export const completeEvent = (
  { events, idField }: Catalog,
  bare: BareEvent,
  /** Which of the events of its command it is. */
  index: number,
  state: Kept,
  command: AnyCommand,
  context: DecideContext<unknown>
): AnyEvent => {
  const id = context.id(index === 0 ? `event:${state.id}` : `event:${state.id}:${index}`)
  const now = timestampFromMillis(context.now)
  const event = {
    ...bare,
    event_id: id,
    identity: {
      correlation_id: command.identity.correlation_id,
      causation_id: command.identity.message_id,
      message_id: id as AnyEvent["identity"]["message_id"]
    },
    occurred_at: state.updated_at !== null && state.updated_at > now ? state.updated_at : now,
    issued_by: command.issued_by,
    schema_version: events.schemaVersion
  }
  const known = events.byType.get(bare.event_type)
  if (known === undefined) {
    throw new Error(`${command.command_type} makes ${bare.event_type} happen, which is no event`)
  }
  const isNamed = idField in bare || !(idField in known.fields)
  return isNamed ? event : { ...event, [idField]: state.id }
}
