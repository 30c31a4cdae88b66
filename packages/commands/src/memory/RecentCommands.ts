import type { CommandFacts } from "@cim-domain/event-sourcing/Event"
import { fromBase64, toBase64 } from "./base64.ts"
import { commandIdAt, CommandLog } from "./CommandLog.ts"
import { idWords, packId, unpackId } from "./packId.ts"

/** How many commands are remembered; of older ones only the history knows. */
export const recentCommandsMax = 1000

/** How many events of one command are remembered; only foreign writers record more than one. */
const eventsMax = 100

/** Types of commands, and of events, that the numbers in an entry can name. */
export const typesMax = 255

/** An event of a command. */
export interface RememberedEvent {
  readonly id: string
  readonly type: string
  readonly version: number
  readonly position: number
  /** The id of what was created, if anything was. */
  readonly created_id?: string
}

/** A command that took effect, and the events it took effect as. */
export interface RecentCommand extends CommandFacts {
  readonly command_id: string
  readonly events: ReadonlyArray<RememberedEvent>
}

/**
 * Remembered commands as they are stored: their number, how many are forgotten, up to which millisecond ids of version 7 among
 * those reach (-1: there are none), how many others there are, and the entries of the log in base64.
 */
export interface PackedCommands {
  readonly count: number
  readonly forgotten: number
  readonly forgotten_until: number
  readonly forgotten_others: number
  readonly packed: string
}

/** The types of commands and events, in an order that never changes under one fingerprint: entries name them by number. */
export interface TypeNumbers {
  readonly commands: ReadonlyArray<string>
  readonly events: ReadonlyArray<string>
  readonly numberOfCommand: ReadonlyMap<string, number>
  readonly numberOfEvent: ReadonlyMap<string, number>
}

/** The numbers of these types. */
export const typeNumbers = (commands: ReadonlyArray<string>, events: ReadonlyArray<string>): TypeNumbers => ({
  commands,
  events,
  numberOfCommand: new Map(commands.map((type, number) => [type, number])),
  numberOfEvent: new Map(events.map((type, number) => [type, number]))
})

/** What is known of the commands that are not remembered any more. */
interface Forgotten {
  readonly count: number
  /** The latest millisecond of an id of version 7, -1 when there is none. */
  readonly until: number
  /** Ids of other versions. */
  readonly others: number
}

const nothingForgotten: Forgotten = { count: 0, until: -1, others: 0 }

/**
 * The last commands in the order in which they first took effect: a value, of which each version is a range of a log that it
 * shares with others. An aggregate remembers many commands and asks for one of them now and then, so they stay packed:
 * 56 or 72 bytes for an event instead of 500, which costs nothing to collect, to copy, or to write into a snapshot.
 *
 * A version that ends where the log does appends to the log; any other one, from which another version went on already, goes
 * on in a log of its own. Events of one command stand together, so an event of a command that is not the last one takes a new
 * log, too: only foreign writers record such, and the log is bounded.
 */
export class RecentCommands {
  /** How many are remembered. */
  readonly count: number
  readonly #types: TypeNumbers
  readonly #log: CommandLog
  readonly #from: number
  readonly #to: number
  readonly #forgotten: Forgotten

  private constructor(
    types: TypeNumbers,
    log: CommandLog,
    from: number,
    to: number,
    count: number,
    forgotten: Forgotten
  ) {
    this.count = count
    this.#types = types
    this.#log = log
    this.#from = from
    this.#to = to
    this.#forgotten = forgotten
  }

  /** No commands. */
  static none(types: TypeNumbers): RecentCommands {
    return new RecentCommands(types, new CommandLog(0), 0, 0, 0, nothingForgotten)
  }

  /** How many have been forgotten. */
  get forgotten(): number {
    return this.#forgotten.count
  }

  /**
   * Whether a command that is not remembered may be one that was forgotten. Not one with an id of version 7 that is younger than
   * all that were, and not one with an id of another version as long as no such was forgotten.
   */
  mayHaveForgotten(commandId: string): boolean {
    const { others, until } = this.#forgotten
    return isTimed(commandId) ? millisOf(commandId) <= until : others > 0
  }

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
  remember(commandId: string, event: RememberedEvent, facts: CommandFacts = unknownFacts): RecentCommands {
    const known = this.#log.find(commandId, this.#from, this.#to)
    if (known === -1) return this.#insert(this.#to, commandId, event, facts, false)
    const end = this.#endOf(known)
    return eventsIn(this.#log.words, known, end) < eventsMax ? this.#insert(end, commandId, event, facts, true) : this
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
    const bytes = new Uint8Array(buffer, byteOffset + 4 * this.#from, 4 * (this.#to - this.#from))
    const { count: forgotten, others, until } = this.#forgotten
    return {
      count: this.count,
      forgotten,
      forgotten_until: until,
      forgotten_others: others,
      packed: toBase64(bytes)
    }
  }

  /** The inverse of {@link pack}, `undefined` when something else packed it. */
  static unpack(types: TypeNumbers, stored: PackedCommands): RecentCommands | undefined {
    const { count, forgotten, forgotten_others: others, forgotten_until: until, packed } = stored
    const bytes = fromBase64(packed)
    const to = bytes === undefined ? 0.5 : bytes.length / 4
    if (bytes === undefined || !Number.isInteger(to)) return undefined
    const log = CommandLog.after(to, 0)
    new Uint8Array(log.words.buffer).set(bytes)
    const found = indexed(types, log, to)
    return found === count && count <= recentCommandsMax
      ? new RecentCommands(types, log, 0, to, count, { count: forgotten, others, until })
      : undefined
  }

  #insert(at: number, commandId: string, event: RememberedEvent, facts: CommandFacts, goesOn: boolean): RecentCommands {
    const length = event.created_id === undefined ? lengthMin : lengthMax
    if (at === this.#log.end && this.#log.hasRoomFor(length)) {
      this.#write(this.#log.words, at, commandId, event, facts, goesOn)
      if (!goesOn) this.#log.index(at)
      this.#log.end += length
      return this.#grown(this.#log, this.#from, at + length, goesOn)
    }
    const rangeLength = this.#to - this.#from
    const log = CommandLog.after(rangeLength, length)
    const before = at - this.#from
    log.words.set(this.#log.words.subarray(this.#from, at))
    this.#write(log.words, before, commandId, event, facts, goesOn)
    log.words.set(this.#log.words.subarray(at, this.#to), before + length)
    indexed(this.#types, log, rangeLength + length)
    return this.#grown(log, 0, rangeLength + length, goesOn)
  }

  #grown(log: CommandLog, from: number, to: number, goesOn: boolean): RecentCommands {
    const isFull = !goesOn && this.count === recentCommandsMax
    return new RecentCommands(
      this.#types,
      log,
      isFull ? endOf(log.words, from, to) : from,
      to,
      goesOn || isFull ? this.count : this.count + 1,
      isFull ? forget(this.#forgotten, unpackId(log.words, from + commandIdAt)) : this.#forgotten
    )
  }

  #write(
    words: Uint32Array,
    at: number,
    commandId: string,
    event: RememberedEvent,
    { digest, type }: CommandFacts,
    goesOn: boolean
  ): void {
    const { created_id, id, position, version } = event
    const command = type === null ? 0 : (this.#types.numberOfCommand.get(type) ?? -1) + 1
    words[at] = this.#types.numberOfEvent.get(event.type)! | command << commandShift |
      (created_id === undefined ? 0 : creating) | (goesOn ? goingOn : 0) | (digest === null ? 0 : digested)
    words[at + versionAt] = version
    words[at + positionAt] = position / twoToThe32
    words[at + positionAt + 1] = position
    packId(words, at + commandIdAt, commandId)
    packId(words, at + eventIdAt, id)
    words[at + digestAt] = digest === null ? 0 : Number.parseInt(digest.slice(0, 8), 16)
    words[at + digestAt + 1] = digest === null ? 0 : Number.parseInt(digest.slice(8, 16), 16)
    if (created_id !== undefined) packId(words, at + createdIdAt, created_id)
  }

  #endOf(at: number): number {
    return endOf(this.#log.words, at, this.#to)
  }

  #read(from: number, to: number): RecentCommand {
    const { words } = this.#log
    const what = words[from]!
    const events: Array<RememberedEvent> = []
    for (let at = from; at < to; at += lengthOf(words, at)) events.push(this.#readEvent(at))
    return {
      command_id: unpackId(words, from + commandIdAt),
      type: this.#types.commands[(what >> commandShift & typeMask) - 1] ?? null,
      digest: (what & digested) === 0 ? null : hex(words[from + digestAt]!) + hex(words[from + digestAt + 1]!),
      events
    }
  }

  #readEvent(at: number): RememberedEvent {
    const { words } = this.#log
    const what = words[at]!
    return {
      id: unpackId(words, at + eventIdAt),
      type: this.#types.events[what & typeMask]!,
      version: words[at + versionAt]!,
      position: words[at + positionAt]! * twoToThe32 + words[at + positionAt + 1]!,
      ...((what & creating) === 0 ? {} : { created_id: unpackId(words, at + createdIdAt) })
    }
  }
}

const unknownFacts: CommandFacts = { type: null, digest: null }

// An entry: what it is; version; position in two words; id of the command; id of the event; digest of what the command asked
// for, in two words; id of what was created, if any.
const versionAt = 1
const positionAt = 2
const eventIdAt = commandIdAt + idWords
const digestAt = eventIdAt + idWords
const createdIdAt = digestAt + 2
const lengthMin = createdIdAt
const lengthMax = createdIdAt + idWords
const twoToThe32 = 2 ** 32

// What it is, from the lowest bit: the type of the event; one more than the number of the type of the command, 0 when nobody
// knows; whether something was created; whether the entry goes on with the command of the one before; whether there is a digest.
const typeMask = 0xFF
const commandShift = 8
const creating = 1 << 16
const goingOn = 1 << 17
const digested = 1 << 18
const unused = ~0 << 19

const hex = (word: number): string => word.toString(16).padStart(8, "0")

/** Whether an id is of version 7, which begins with the millisecond in which it was made. */
const isTimed = (id: string): boolean => id[14] === "7"

const millisOf = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)

const forget = ({ count, others, until }: Forgotten, id: string): Forgotten =>
  isTimed(id)
    ? { count: count + 1, others, until: Math.max(until, millisOf(id)) }
    : { count: count + 1, others: others + 1, until }

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

/** Makes the commands up to `to` to be found. Gives their number, -1 when they are not what is written here. */
const indexed = (types: TypeNumbers, log: CommandLog, to: number): number => {
  const { words } = log
  let [at, count] = [0, 0]
  while (at < to) {
    const what = words[at]!
    const isKnown = (what & typeMask) < types.events.length && (what & unused) === 0 &&
      (what >> commandShift & typeMask) <= types.commands.length
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
