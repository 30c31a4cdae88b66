import { idWords, packId } from "./packId.ts"

/** Where the command id stands in an entry. */
export const commandIdAt = 4

/** Words of the shortest entry: the ids of command and event, and a digest. */
const entryWordsMin = commandIdAt + 2 * idWords + 2

/** Words for the first entry: a creation. Arrays of up to 64 bytes are cheaper to make than larger ones. */
const firstWords = 16

/** The id that is looked for. */
const wanted = new Uint32Array(idWords)

/**
 * Entries one after another, and where those of a command begin. What was once appended never changes, so that any number of
 * versions of a state share one log, each with a range of its own; only the newest one appends to it.
 *
 * An entry begins with as many words as it wants, of which {@link commandIdAt} come before the id of its command. What else
 * is in it, and how long it is, is up to whoever appends it.
 */
export class CommandLog {
  /**
   * The entries, and behind all room for them a hash table, in one array because an array costs as much as four entries: one
   * more than where the first entry of a command begins, at the place that follows from the command's id or at one of the
   * next, 0 where there is none. Nothing is ever removed from it.
   */
  readonly words: Uint32Array
  /** How many words of entries are in use. */
  end = 0
  /** Words for entries. */
  readonly #capacity: number

  /** A log with room for so many words. */
  constructor(capacity: number) {
    let places = 2
    while (places * entryWordsMin < 1.5 * capacity) places *= 2
    this.words = new Uint32Array(capacity + places)
    this.#capacity = capacity
  }

  /** Where the first entry of a command begins in a range, -1 when there is none. */
  find(commandId: string, from: number, to: number): number {
    packId(wanted, 0, commandId)
    const { words } = this
    const mask = words.length - this.#capacity - 1
    for (let place = placeOf(wanted, 0);; place++) {
      const at = words[this.#capacity + (place & mask)]! - 1
      if (at < 0) return -1
      if (at >= from && at < to && isWanted(words, at + commandIdAt)) return at
    }
  }

  /** Makes the entry that begins at `at` to be found. */
  index(at: number): void {
    const { words } = this
    const mask = words.length - this.#capacity - 1
    let place = placeOf(words, at + commandIdAt)
    while (words[this.#capacity + (place & mask)] !== 0) place++
    words[this.#capacity + (place & mask)] = at + 1
  }

  /** Whether there is room for an entry of so many words. */
  hasRoomFor(length: number): boolean {
    return this.end + length <= this.#capacity
  }

  /** An empty log with room for a range of this length, for an entry, and for more to come. */
  static after(rangeLength: number, entryLength: number): CommandLog {
    const more = rangeLength === 0 ? firstWords : Math.max(4 * firstWords, rangeLength >> 2)
    return new CommandLog(rangeLength + Math.max(entryLength, more))
  }
}

const isWanted = (words: Uint32Array, at: number): boolean =>
  words[at] === wanted[0] && words[at + 1] === wanted[1] && words[at + 2] === wanted[2] && words[at + 3] === wanted[3]

/** Ids of version 7 that were made together begin alike, and others may end alike. */
const placeOf = (words: Uint32Array, at: number): number => {
  const mixed = Math.imul(words[at]! ^ Math.imul(words[at + 1]!, 0x85EBCA6B), 0xC2B2AE35) ^
    Math.imul(words[at + 2]! ^ Math.imul(words[at + 3]!, 0x9E3779B1), 0x27D4EB2F)
  return (mixed ^ mixed >>> 15) >>> 1
}
