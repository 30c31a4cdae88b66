import { causingCommands } from "../events/causingCommands.ts"
import type { CommandType } from "../OrganizationCommand.ts"
import { type EventType, eventTypes } from "../OrganizationEvent.ts"
import { type OrganizationStatus, organizationStatuses } from "../values/OrganizationStatus.ts"
import { commandIdAt, CommandLog } from "./CommandLog.ts"
import { idWords, packId, unpackId } from "./packId.ts"

/** How many commands are remembered; older ones are protected against repetition by the rules of the domain alone. */
export const recentCommandsMax = 1000

/** How many events of one command are remembered; only foreign writers record more than one. */
const eventsMax = 100

/** An event of a command, with what tells whether a repeated command asks for the same. */
export interface RememberedEvent {
  readonly id: string
  readonly type: EventType
  readonly version: number
  readonly position: number
  /** The id of what was created, if anything was. */
  readonly created_id?: string
  /** The status that the organization was led to, if it was, and whether a reason was given. */
  readonly status_change?: { readonly to: OrganizationStatus; readonly reasoned: boolean }
}

/** A command that took effect, and the events it took effect as. */
export interface RecentCommand {
  readonly command_id: string
  /** The command that usually leads to the first of the events. */
  readonly command_type: CommandType
  readonly events: ReadonlyArray<RememberedEvent>
}

/** Remembered commands as they are stored: their number, how many are forgotten, and the entries of the log in base64. */
export interface PackedCommands {
  readonly count: number
  readonly forgotten: number
  readonly packed: string
}

/**
 * The last commands in the order in which they first took effect: a value, of which each version is a range of a log that it
 * shares with others. An organization remembers many commands and asks for one of them now and then, so they stay packed:
 * 48 or 64 bytes for an event instead of 500, which costs nothing to collect, to copy, or to write into a snapshot.
 *
 * A version that ends where the log does appends to the log; any other one, from which another version went on already, goes
 * on in a log of its own. Events of one command stand together, so an event of a command that is not the last one takes a new
 * log, too: only foreign writers record such, and the log is bounded.
 */
export class RecentCommands {
  /** How many are remembered. */
  readonly count: number
  /** How many have been forgotten. */
  readonly forgotten: number
  readonly #log: CommandLog
  readonly #from: number
  readonly #to: number

  private constructor(log: CommandLog, from: number, to: number, count: number, forgotten: number) {
    this.count = count
    this.forgotten = forgotten
    this.#log = log
    this.#from = from
    this.#to = to
  }

  /** No commands. */
  static readonly none: RecentCommands = new RecentCommands(new CommandLog(0), 0, 0, 0, 0)

  /** What they take in memory, in bytes; other versions of the same state may share it. */
  get memoryBytes(): number {
    return this.#log.words.byteLength
  }

  /** The command of an id, when it is remembered. */
  find(commandId: string): RecentCommand | undefined {
    const at = this.#log.find(commandId, this.#from, this.#to)
    return at === -1 ? undefined : this.#read(at, this.#endOf(at))
  }

  /** Remembers that a command took effect as one more event; beyond the bound the oldest command is forgotten. */
  remember(commandId: string, event: RememberedEvent): RecentCommands {
    const known = this.#log.find(commandId, this.#from, this.#to)
    if (known === -1) return this.#insert(this.#to, commandId, event, false)
    const end = this.#endOf(known)
    return eventsIn(this.#log.words, known, end) < eventsMax ? this.#insert(end, commandId, event, true) : this
  }

  /** The remembered commands, oldest first. */
  list(): ReadonlyArray<RecentCommand> {
    const commands: Array<RecentCommand> = []
    for (let at = this.#from; at < this.#to; at = this.#endOf(at)) commands.push(this.#read(at, this.#endOf(at)))
    return commands
  }

  /** As they are stored; see {@link unpack}. */
  pack(): PackedCommands {
    const { buffer, byteOffset } = this.#log.words
    const bytes = Buffer.from(buffer, byteOffset + 4 * this.#from, 4 * (this.#to - this.#from))
    return { count: this.count, forgotten: this.forgotten, packed: bytes.toString("base64") }
  }

  /** The inverse of {@link pack}, `undefined` when something else packed it. */
  static unpack({ count, forgotten, packed }: PackedCommands): RecentCommands | undefined {
    const bytes = Buffer.from(packed, "base64")
    const to = bytes.length / 4
    if (!Number.isInteger(to)) return undefined
    const log = CommandLog.after(to, 0)
    new Uint8Array(log.words.buffer).set(bytes)
    const found = indexed(log, to)
    return found === count && count <= recentCommandsMax
      ? new RecentCommands(log, 0, to, count, forgotten)
      : undefined
  }

  #insert(at: number, commandId: string, event: RememberedEvent, goesOn: boolean): RecentCommands {
    const length = event.created_id === undefined ? lengthMin : lengthMax
    if (at === this.#log.end && this.#log.hasRoomFor(length)) {
      write(this.#log.words, at, commandId, event, goesOn)
      if (!goesOn) this.#log.index(at)
      this.#log.end += length
      return this.#grown(this.#log, this.#from, at + length, goesOn)
    }
    const rangeLength = this.#to - this.#from
    const log = CommandLog.after(rangeLength, length)
    const before = at - this.#from
    log.words.set(this.#log.words.subarray(this.#from, at))
    write(log.words, before, commandId, event, goesOn)
    log.words.set(this.#log.words.subarray(at, this.#to), before + length)
    indexed(log, rangeLength + length)
    return this.#grown(log, 0, rangeLength + length, goesOn)
  }

  #grown(log: CommandLog, from: number, to: number, goesOn: boolean): RecentCommands {
    if (goesOn) return new RecentCommands(log, from, to, this.count, this.forgotten)
    if (this.count < recentCommandsMax) return new RecentCommands(log, from, to, this.count + 1, this.forgotten)
    return new RecentCommands(log, endOf(log.words, from, to), to, this.count, this.forgotten + 1)
  }

  #endOf(at: number): number {
    return endOf(this.#log.words, at, this.#to)
  }

  #read(from: number, to: number): RecentCommand {
    const { words } = this.#log
    const events: Array<RememberedEvent> = []
    for (let at = from; at < to; at += lengthOf(words, at)) events.push(readEvent(words, at))
    return {
      command_id: unpackId(words, from + commandIdAt),
      command_type: causingCommands[events[0]!.type][0],
      events
    }
  }
}

// An entry: what it is; version; position in two words; id of the command; id of the event; id of what was created, if any.
const versionAt = 1
const positionAt = 2
const eventIdAt = commandIdAt + idWords
const createdIdAt = eventIdAt + idWords
const lengthMin = createdIdAt
const lengthMax = createdIdAt + idWords
const twoToThe32 = 2 ** 32

// What it is, from the lowest bit: the type; one more than the number of the status; whether it was reasoned; whether
// something was created; whether the entry goes on with the command of the one before.
const typeMask = 0xFF
const statusShift = 8
const statusMask = 0xF
const reasoned = 1 << 12
const creating = 1 << 13
const goingOn = 1 << 14
const unused = ~0 << 15

const typeNumbers: ReadonlyMap<EventType, number> = new Map(eventTypes.map((type, number) => [type, number]))

const lengthOf = (words: Uint32Array, at: number): number => (words[at]! & creating) === 0 ? lengthMin : lengthMax

/** Where the command ends whose first entry begins at `at`. */
const endOf = (words: Uint32Array, at: number, to: number): number => {
  let end = at + lengthOf(words, at)
  while (end < to && (words[end]! & goingOn) !== 0) end += lengthOf(words, end)
  return end
}

const eventsIn = (words: Uint32Array, from: number, to: number): number => {
  let events = 0
  for (let at = from; at < to; at += lengthOf(words, at)) events += 1
  return events
}

const write = (words: Uint32Array, at: number, commandId: string, event: RememberedEvent, goesOn: boolean): void => {
  const { created_id, id, position, status_change, type, version } = event
  const status = status_change === undefined
    ? 0
    : organizationStatuses.indexOf(status_change.to) + 1 << statusShift | (status_change.reasoned ? reasoned : 0)
  words[at] = typeNumbers.get(type)! | status | (created_id === undefined ? 0 : creating) | (goesOn ? goingOn : 0)
  words[at + versionAt] = version
  words[at + positionAt] = position / twoToThe32
  words[at + positionAt + 1] = position
  packId(words, at + commandIdAt, commandId)
  packId(words, at + eventIdAt, id)
  if (created_id !== undefined) packId(words, at + createdIdAt, created_id)
}

const readEvent = (words: Uint32Array, at: number): RememberedEvent => {
  const what = words[at]!
  const status = organizationStatuses[(what >> statusShift & statusMask) - 1]
  return {
    id: unpackId(words, at + eventIdAt),
    type: eventTypes[what & typeMask]!,
    version: words[at + versionAt]!,
    position: words[at + positionAt]! * twoToThe32 + words[at + positionAt + 1]!,
    ...((what & creating) === 0 ? {} : { created_id: unpackId(words, at + createdIdAt) }),
    ...(status === undefined ? {} : { status_change: { to: status, reasoned: (what & reasoned) !== 0 } })
  }
}

/** Makes the commands up to `to` to be found. Gives their number, -1 when they are not what {@link write} writes. */
const indexed = (log: CommandLog, to: number): number => {
  const { words } = log
  let [at, count] = [0, 0]
  while (at < to) {
    const what = words[at]!
    const isKnown = (what & typeMask) < eventTypes.length && (what & unused) === 0 &&
      (what >> statusShift & statusMask) <= organizationStatuses.length
    if (!isKnown || at + lengthOf(words, at) > to || (at === 0 && (what & goingOn) !== 0)) return -1
    if ((what & goingOn) === 0) {
      log.index(at)
      count += 1
    }
    at += lengthOf(words, at)
  }
  log.end = to
  return count
}
