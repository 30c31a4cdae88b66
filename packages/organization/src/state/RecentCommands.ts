import { HashMap, Option, Schema } from "effect"
import { OrganizationStatus } from "../values/OrganizationStatus.ts"
import { Quantity } from "../values/Quantity.ts"

/** How many commands are remembered; older ones are protected against repetition by the rules of the domain alone. */
export const recentCommandsMax = 1000

/** How many events of one command are remembered; only foreign writers record more than one. */
const eventsMax = 100

const RememberedEvent = Schema.Struct({
  id: Schema.String,
  type: Schema.String,
  version: Quantity,
  position: Quantity,
  /** The id of what was created, if anything was. */
  created_id: Schema.optionalKey(Schema.String),
  /** The status that the organization was led to, if it was, and whether a reason was given. */
  status_change: Schema.optionalKey(Schema.Struct({ to: OrganizationStatus, reasoned: Schema.Boolean }))
})
/** An event of a command, with what tells whether a repeated command asks for the same. */
export type RememberedEvent = typeof RememberedEvent.Type

/** A command that took effect, and the events it took effect as. */
export const RecentCommand = Schema.Struct({
  command_id: Schema.String,
  command_type: Schema.String,
  events: Schema.Array(RememberedEvent)
})
export type RecentCommand = typeof RecentCommand.Type

/**
 * The last commands in the order in which they first took effect. Both maps are persistent, so remembering one more
 * command shares all but a few nodes with what was remembered before.
 */
export interface RecentCommands {
  readonly byId: HashMap.HashMap<string, RecentCommand>
  /** Command ids by their place in the order. */
  readonly order: HashMap.HashMap<number, string>
  /** The place of the next command; the remembered ones end just before it. */
  readonly next: number
}

/** No commands. */
export const noRecentCommands: RecentCommands = { byId: HashMap.empty(), order: HashMap.empty(), next: 0 }

/** The command of an id, when it is remembered. */
export const findCommand = (commands: RecentCommands, commandId: string): RecentCommand | undefined =>
  Option.getOrUndefined(HashMap.get(commands.byId, commandId))

/** Remembers that a command took effect as one more event; beyond the bound the oldest command is forgotten. */
export const rememberCommand = (
  commands: RecentCommands,
  commandId: string,
  commandType: string,
  event: RememberedEvent
): RecentCommands => {
  const known = findCommand(commands, commandId)
  const entry = known === undefined
    ? { command_id: commandId, command_type: commandType, events: [event] }
    : { ...known, events: [...known.events, event].slice(0, eventsMax) }
  const byId = HashMap.set(commands.byId, commandId, entry)
  if (known !== undefined) return { ...commands, byId }
  const order = HashMap.set(commands.order, commands.next, commandId)
  const next = commands.next + 1
  const oldest = Option.getOrUndefined(HashMap.get(order, next - 1 - recentCommandsMax))
  return oldest === undefined ? { byId, order, next } : {
    byId: HashMap.remove(byId, oldest),
    order: HashMap.remove(order, next - 1 - recentCommandsMax),
    next
  }
}

/** How many commands have been forgotten. */
export const forgottenCommands = ({ next, order }: RecentCommands): number => next - HashMap.size(order)

/** The remembered commands, oldest first. */
export const listCommands = (commands: RecentCommands): ReadonlyArray<RecentCommand> =>
  Array.from(
    { length: HashMap.size(commands.order) },
    (_, index) =>
      HashMap.getUnsafe(commands.byId, HashMap.getUnsafe(commands.order, forgottenCommands(commands) + index))
  )

/** The inverse of {@link listCommands} and {@link forgottenCommands}. */
export const recentCommandsOf = (list: ReadonlyArray<RecentCommand>, forgotten: number): RecentCommands => ({
  byId: HashMap.fromIterable(list.map((command) => [command.command_id, command])),
  order: HashMap.fromIterable(list.map((command, index) => [forgotten + index, command.command_id])),
  next: forgotten + list.length
})
