/** How an older version differs from the one after it: what stands at one key, `undefined` when nothing does. */
interface Difference<Key extends string, Value> {
  readonly next: VersionedMap<Key, Value>
  readonly key: Key
  readonly value: Value | undefined
}

/**
 * A map as a value, of which nearly always the newest version is asked (Baker, "Shallow binding makes functional arrays
 * fast"). All versions share one `Map`, which stands as the version asked last sees it; each other one knows how it differs
 * from its neighbour on the way there, and when it is asked, the `Map` is turned to stand as that one sees it.
 *
 * So asking and changing the newest version costs what a `Map` costs, a fifth of a tree that copies its path, and asking an
 * older one as many changes more as lie between. Versions that nobody holds any more are collected.
 */
export class VersionedMap<Key extends string, Value> {
  /** The map, when it stands as this version sees it, else what leads there. */
  #state: Map<Key, Value> | Difference<Key, Value>

  private constructor(state: Map<Key, Value>) {
    this.#state = state
  }

  /** A map without entries. All that come from one are made of maps of their own. */
  static empty<Key extends string, Value>(): VersionedMap<Key, Value> {
    return new VersionedMap<Key, Value>(new Map())
  }

  get size(): number {
    return this.#turned().size
  }

  get(key: Key): Value | undefined {
    return this.#turned().get(key)
  }

  has(key: Key): boolean {
    return this.#turned().has(key)
  }

  /** The next version, in which `value` stands at `key`, or nothing when it is `undefined`. */
  with(key: Key, value: Value | undefined): VersionedMap<Key, Value> {
    return this.change(key, () => value)
  }

  /** The next version, in which something else stands at `key`: what `next` makes of what stands there. */
  change(key: Key, next: (before: Value | undefined) => Value | undefined): VersionedMap<Key, Value> {
    const map = this.#turned()
    const before = map.get(key)
    const value = next(before)
    if (before === value) return this
    // The empty map is everybody's first version.
    if (map.size === 0) return new VersionedMap(new Map([[key, value!]]))
    const after = new VersionedMap<Key, Value>(map)
    put(map, key, value)
    this.#state = { next: after, key, value: before }
    return after
  }

  /** For comparisons: what looks at maps sees this as one. */
  forEach(see: (value: Value, key: Key) => void): void {
    // As it is now: whoever looks may ask another version meanwhile.
    const entries = Array.from(this.#turned())
    for (const [key, value] of entries) see(value, key)
  }
  get [Symbol.toStringTag](): string {
    return "Map"
  }

  #turned(): Map<Key, Value> {
    if (this.#state instanceof Map) return this.#state
    let map: Map<Key, Value> | undefined
    const way: Array<VersionedMap<Key, Value>> = [this]
    while (map === undefined) {
      const { next } = way.at(-1)!.#state as Difference<Key, Value>
      if (next.#state instanceof Map) map = next.#state
      way.push(next)
    }
    for (let index = way.length - 2; index >= 0; index--) {
      const [version, after] = [way[index]!, way[index + 1]!]
      const { key, value } = version.#state as Difference<Key, Value>
      after.#state = { next: version, key, value: map.get(key) }
      put(map, key, value)
      version.#state = map
    }
    return map
  }
}

const put = <Key, Value>(map: Map<Key, Value>, key: Key, value: Value | undefined): void => {
  if (value === undefined) map.delete(key)
  else map.set(key, value)
}
