import { type Decision, duplicate, rejected } from "@cim-domain/event-sourcing/Decider"
import type { RecordedEvent } from "@cim-domain/event-sourcing/Event"
import type { Kept } from "../history/Kept.ts"
import { isOpaque, type OpaqueEvent } from "../history/OpaqueEvent.ts"
import type { RecentCommand, RememberedEvent } from "../memory/RecentCommands.ts"
import type { AnyError } from "../Rejection.ts"
import type { Catalog } from "./Catalog.ts"
import { type AnyCommand, digestOf } from "./CommandCatalog.ts"
import type { AnyEvent, EventCatalog } from "./EventCatalog.ts"

/** What is said to a command that has taken effect before, `null` to one that has not. */
export type Repetition = (
  state: Kept,
  command: AnyCommand,
  found: ReadonlyArray<RecordedEvent> | undefined
) => Decision<never, AnyError> | null

/** Looks for a command among the recent ones, and in what was found of it in the history once those may have forgotten it. */
export const makeRepetition = (
  catalog: Catalog,
  decodeEvent: (recorded: RecordedEvent) => AnyEvent | OpaqueEvent
): Repetition =>
({ recent_commands }, command, found) => {
  const command_id = command.identity.message_id
  const recent = recent_commands.find(command_id)
  if (recent !== undefined) return repeated(catalog, recent, command)
  if (!recent_commands.mayHaveForgotten(command_id)) return null
  if (found === undefined) return { _tag: "Forgotten", commandId: command_id }
  const [first] = found
  if (first === undefined) return null
  const { digest = null, type = null } = first.command ?? {}
  const events = found.map((recorded) => remembered(catalog.events, recorded, decodeEvent(recorded)))
  return repeated(catalog, { command_id, type, digest, events }, command)
}

/** An event of the history as the recent commands would remember it. */
const remembered = (
  { byType }: EventCatalog,
  { id, position, type, version }: RecordedEvent,
  event: AnyEvent | OpaqueEvent
): RememberedEvent => {
  const field = isOpaque(event) ? undefined : byType.get(event.event_type)?.creates
  const created_id = field === undefined
    ? undefined
    : (event as unknown as { readonly [name: string]: string })[field]
  return { id: id ?? "", type, version, position, ...(created_id === undefined ? {} : { created_id }) }
}

/** A command id means the type and the content that it first came with. */
const repeated = (
  { commands, events, serviceErrors }: Catalog,
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
