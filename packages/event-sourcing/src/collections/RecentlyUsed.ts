/** How much a {@link RecentlyUsed} keeps. */
export interface Room<Value> {
  readonly entries: number
  /** Of all entries together, as `weigh` says. One that alone is heavier is still kept, by itself. */
  readonly weight: number
  readonly weigh: (value: Value) => number
  /** Told of each entry that leaves because there is no room for it, and of its note. Called synchronously. */
  readonly onEvicted?: (value: Value, note: number) => void
}

interface Entry<Value> {
  value: Value
  weight: number
  used: boolean
  note: number
}

/**
 * A map that keeps the entries used last, for which there is room.
 *
 * Effect's `Cache` is built around a lookup and forks a fiber for each `set`; what is needed here is get and set on the hot
 * path of every command, so a `Map`, which iterates in insertion order, does it.
 */
export class RecentlyUsed<Value> {
  readonly #entries = new Map<string, Entry<Value>>()
  readonly #room: Room<Value>
  #weight = 0
  #reserved = 0
  /** Where {@link walk} goes on. It follows what changes in the map meanwhile. */
  #walking: MapIterator<[string, Entry<Value>]> | undefined

  constructor(room: Room<Value>) {
    this.#room = room
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    entry.used = true
    return entry.value
  }

  /** What is there, which does not count as a use. */
  peek(key: string): Value | undefined {
    return this.#entries.get(key)?.value
  }

  /** What was noted of an entry, 0 = nothing. */
  note(key: string): number {
    return this.#entries.get(key)?.note ?? 0
  }

  /** `note` is kept with the value until the next one comes. */
  set(key: string, value: Value, note = 0): void {
    const entry = this.#entries.get(key)
    if (entry !== undefined) entry.used = true
    this.replace(key, value, note)
  }

  /** Puts `value` in the place of what is there, which does not count as a use. */
  replace(key: string, value: Value, note = 0): void {
    const weight = this.#room.weigh(value)
    const entry = this.#entries.get(key)
    this.#weight += weight - (entry?.weight ?? 0)
    if (entry === undefined) this.#entries.set(key, { value, weight, used: false, note })
    else {
      entry.value = value
      entry.note = note
      entry.weight = weight
    }
    const { entries, weight: most } = this.#room
    while (this.#entries.size > 1 && (this.#entries.size > entries || this.#weight + this.#reserved > most)) {
      this.#turn(key)
    }
  }

  /** Keeps so much of the room free for something else from now on. What has to leave for that leaves at once. */
  reserve(weight: number): void {
    this.#reserved = weight
    if (weight === 0) return
    while (this.#entries.size > 0 && this.#weight + weight > this.#room.weight) this.#turn()
  }

  /** The oldest leaves, unless it was used since it was the oldest last, or is the one that room is made for. */
  #turn(keep?: string): void {
    const [key, entry] = this.#entries.entries().next().value!
    if (key !== keep && !entry.used) {
      this.delete(key)
      return this.#room.onEvicted?.(entry.value, entry.note)
    }
    entry.used = false
    this.#entries.delete(key)
    this.#entries.set(key, entry)
  }

  /** Goes through the entries with a note, from where it stopped the last time, past at most so many entries in all. */
  *walk(most: number): Generator<readonly [value: Value, note: number]> {
    this.#walking ??= this.#entries.entries()
    for (let n = 0; n < most; n++) {
      const next = this.#walking.next()
      if (next.done === true) return void (this.#walking = undefined)
      const { note, value } = next.value[1]
      if (note > 0) yield [value, note]
    }
  }

  /** What all entries weigh together. */
  get weight(): number {
    return this.#weight
  }

  delete(key: string): void {
    this.#weight -= this.#entries.get(key)?.weight ?? 0
    this.#entries.delete(key)
  }
}
