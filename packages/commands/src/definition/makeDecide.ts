import { type Decision, duplicate, rejected } from "@cim-domain/event-sourcing/Decider"
import type { RecordedEvent } from "@cim-domain/event-sourcing/Event"
import type { DecideContext } from "../DecideContext.ts"
import { timestampFromMillis } from "../fields/Timestamp.ts"
import type { Kept } from "../history/Kept.ts"
import { isOpaque, type OpaqueEvent } from "../history/OpaqueEvent.ts"
import type { RecentCommand, RememberedEvent } from "../memory/RecentCommands.ts"
import type { AnyError } from "../Rejection.ts"
import type { Catalog } from "./Catalog.ts"
import { type AnyCommand, digestOf } from "./CommandCatalog.ts"
import type { AnyEvent } from "./EventCatalog.ts"

/** An event as a domain decides it: without what follows from its command. */
export interface BareEvent {
  readonly event_type: string
}

/** What a domain says to a command. */
export type DomainDecide<State, Limits> = (
  state: State & Kept,
  command: AnyCommand,
  context: DecideContext<Limits>
) => Decision<BareEvent, AnyError>

/** What a domain refuses before the version that a command expects is looked at. */
export type Gate<State, Limits> = (
  state: State & Kept,
  command: AnyCommand,
  context: DecideContext<Limits>
) => AnyError | null

type Event = AnyEvent | OpaqueEvent

/**
 * What an aggregate says to a command. The order of the checks is part of the contract: an unreadable history, a repeated
 * command, permission, what the domain's gate refuses, the expected version, and then what the domain decides. Its events
 * get what follows from the command.
 *
 * A command that may have been forgotten is decided only with what the history says of it: `found`, nothing when it is
 * not there.
 */
export const makeDecide = <State, Limits>(
  { commands, events, idField, serviceErrors }: Catalog,
  domain: { readonly decide: DomainDecide<State, Limits>; readonly gate: Gate<State, Limits> | undefined },
  decodeEvent: (recorded: RecordedEvent) => Event
) => {
  const unreadable = ({ unknown_events }: Kept): Decision<never, AnyError> | null => {
    const { first, first_unreadable } = unknown_events
    if (first_unreadable !== null) {
      return rejected(serviceErrors.StreamUnreadable.make({ sequence: first_unreadable.position }))
    }
    if (first === null) return null
    const { event_type, schema_version } = first
    return rejected(serviceErrors.UpgradeRequired.make({ event_type, schema_version }))
  }

  const remembered = (recorded: RecordedEvent): RememberedEvent => {
    const { id, position, type, version } = recorded
    const event = decodeEvent(recorded)
    const field = isOpaque(event) ? undefined : events.byType.get(event.event_type)?.creates
    const created_id = field === undefined
      ? undefined
      : (event as unknown as { readonly [name: string]: string })[field]
    return { id: id ?? "", type, version, position, ...(created_id === undefined ? {} : { created_id }) }
  }

  const repetition = (
    { recent_commands }: Kept,
    command: AnyCommand,
    found: ReadonlyArray<RecordedEvent> | undefined
  ): Decision<never, AnyError> | null => {
    const command_id = command.identity.message_id
    const recent = recent_commands.find(command_id)
    if (recent !== undefined) return repeated(recent, command)
    if (!recent_commands.mayHaveForgotten(command_id)) return null
    if (found === undefined) return { _tag: "Forgotten", commandId: command_id }
    const [first] = found
    if (first === undefined) return null
    const { digest = null, type = null } = first.command ?? {}
    return repeated({ command_id, type, digest, events: found.map(remembered) }, command)
  }

  const repeated = (
    { command_id, digest, events: recorded, type }: RecentCommand,
    command: AnyCommand
  ): Decision<never, AnyError> => {
    const conflict = (recorded_type: string, why: "type" | "content") =>
      rejected(serviceErrors.IdempotencyConflict.make({ command_id, recorded_type, why }))
    if (type === null) {
      // History from before events named their commands.
      const possible = recorded.flatMap(({ type }) => events.byType.get(type)?.causedBy ?? [])
      return possible.length === 0 || possible.includes(command.command_type)
        ? duplicate(recorded)
        : conflict(possible[0]!, "type")
    }
    if (type !== command.command_type) return conflict(type, "type")
    return digest === null || digest === digestOf(commands.byType.get(type)!, command)
      ? duplicate(recorded)
      : conflict(type, "content")
  }

  const forbidden = (
    state: Kept,
    { command_type, issued_by }: AnyCommand,
    { policy }: DecideContext<Limits>
  ): Decision<never, AnyError> | null =>
    policy === undefined || policy(issued_by, command_type, state.id)
      ? null
      : rejected(serviceErrors.PermissionDenied.make({ actor: issued_by, action: command_type }))

  const gated = (state: State & Kept, command: AnyCommand, context: DecideContext<Limits>) => {
    const error = domain.gate?.(state, command, context) ?? null
    return error === null ? null : rejected(error)
  }

  const versionConflict = (state: Kept, { expected_version }: AnyCommand): Decision<never, AnyError> | null =>
    expected_version === null || expected_version === state.version
      ? null
      : rejected(serviceErrors.VersionConflict.make({ expected: expected_version, actual: state.version }))

  /**
   * The event with what every event says: it continues the conversation of its command and is caused by it. Time never
   * runs backwards within an aggregate, whatever the clock says.
   */
  const complete = (
    bare: BareEvent,
    index: number,
    state: Kept,
    command: AnyCommand,
    context: DecideContext<Limits>
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

  const accepted = (
    decision: Decision<BareEvent, AnyError>,
    state: Kept,
    command: AnyCommand,
    context: DecideContext<Limits>
  ): Decision<AnyEvent, AnyError> => {
    if (decision._tag !== "Accepted") return decision
    const [first, ...others] = decision.events
    return {
      _tag: "Accepted",
      events: [
        complete(first, 0, state, command, context),
        ...others.map((event, index) => complete(event, index + 1, state, command, context))
      ]
    }
  }

  return (
    state: State & Kept,
    command: AnyCommand,
    context: DecideContext<Limits>,
    found?: ReadonlyArray<RecordedEvent>
  ): Decision<AnyEvent, AnyError> =>
    unreadable(state) ?? repetition(state, command, found) ?? forbidden(state, command, context) ??
      gated(state, command, context) ?? versionConflict(state, command) ??
      accepted(domain.decide(state, command, context), state, command, context)
}
