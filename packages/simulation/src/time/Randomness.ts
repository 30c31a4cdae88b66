/** Chance that a seed determines. */
export interface Randomness {
  /** From 0 up to, but not including, 1. */
  readonly next: () => number
  /** A whole number from 0 up to, but not including, `bound`. */
  readonly below: (bound: number) => number
  readonly between: (low: number, high: number) => number
  readonly chance: (probability: number) => boolean
  readonly pick: <A>(list: readonly [A, ...ReadonlyArray<A>]) => A
  readonly bytes: (count: number) => Uint8Array
}

/** Makes the randomness of one purpose; other purposes of the same seed are independent of it. */
export const makeRandomness = (seed: number, purpose: string): Randomness => {
  let state = Array.from(purpose).reduce(
    (hash, letter) => Math.imul(hash ^ letter.codePointAt(0)!, 0x01000193),
    seed | 0
  )
  // Mulberry32: small, and good enough to choose faults and commands with.
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (bound: number) => Math.floor(next() * bound)
  return {
    next,
    below,
    between: (low, high) => low + next() * (high - low),
    chance: (probability) => next() < probability,
    pick: (list) => list[below(list.length)]!,
    bytes: (count) => Uint8Array.from({ length: count }, () => below(256))
  }
}
