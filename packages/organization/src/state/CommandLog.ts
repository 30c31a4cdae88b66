import { idWords, packId } from "./PackedIds.ts"

/** Where the command id stands in an entry. */
export const commandIdAt = 4

/** Words of the shortest entry. */
const entryWordsMin = commandIdAt + 2 * idWords

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
  readonly words: Uint32Array
  /** How many words are in use. */
  end = 0
  /**
   * One more than where the first entry of a command begins, at the place that follows from the command's id or at one of the
   * next; 0 where there is none. Nothing is ever removed from it.
   */
  readonly #places: Uint32Array

  /** A log with room for so many words. */
  constructor(capacity: number) {
    this.words = new Uint32Array(capacity)
    let places = 2
    while (places * entryWordsMin < 1.5 * capacity) places *= 2
    this.#places = new Uint32Array(places)
  }

  /** Where the first entry of a command begins in a range, -1 when there is none. */
  find(commandId: string, from: number, to: number): number {
    packId(wanted, 0, commandId)
    const [words, places, mask] = [this.words, this.#places, this.#places.length - 1]
    for (let slot = placeOf(wanted, 0);; slot++) {
      const at = places[slot & mask]! - 1
      if (at < 0) return -1
      if (at >= from && at < to && isWanted(words, at + commandIdAt)) return at
    }
  }

  /** Makes the entry that begins at `at` to be found. */
  index(at: number): void {
    const [places, mask] = [this.#places, this.#places.length - 1]
    let slot = placeOf(this.words, at + commandIdAt)
    while (places[slot & mask] !== 0) slot++
    places[slot & mask] = at + 1
  }

  /** Whether there is room for an entry of so many words. */
  hasRoomFor(length: number): boolean {
    return this.end + length <= this.words.length
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
