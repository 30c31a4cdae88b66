import type { Setting } from "./moves.ts"
import type { Asked, Budget } from "./World.ts"

/** Who sends what where, and what the history begins with. */
export interface Scene extends Pick<Setting, "asked" | "foreign"> {
  readonly before: ReadonlyArray<number>
  readonly bytesMax?: number
  /** The domain remembers the last command alone. */
  readonly forgets?: true
}

const ask = (n: number, id: string, amount: number, replica: number, more: Partial<Asked> = {}): Asked => ({
  n,
  aggregateId: "a",
  id,
  amount,
  replica,
  most: 10,
  dryRun: false,
  throws: false,
  traceparent: undefined,
  ...more
})

/** Holds the line until those behind it are a group. */
const nothing = ask(0, "nothing", 0, 0)

/** Two commands, as many ways as they can stand to each other, and where they are sent. */
export const pairs: Readonly<Record<string, Scene>> = {
  "the second needs the first, one replica": {
    asked: [ask(0, "a", -5, 0), ask(1, "b", 5, 0)],
    before: [10],
    foreign: 0
  },
  "the second needs the first, two replicas": {
    asked: [ask(0, "a", -5, 0), ask(1, "b", 5, 1)],
    before: [10],
    foreign: 0
  },
  "the first needs the second": { asked: [ask(0, "a", 5, 0), ask(1, "b", -5, 0)], before: [10], foreign: -1 },
  "room for one, one replica": { asked: [ask(0, "a", 5, 0), ask(1, "b", 5, 0)], before: [4], foreign: 1 },
  "room for one, two replicas": { asked: [ask(0, "a", 5, 0), ask(1, "b", 5, 1)], before: [4], foreign: -3 },
  "room until somebody else takes it": { asked: [ask(0, "a", 5, 0), ask(1, "b", 1, 1)], before: [4], foreign: 6 },
  "no room until somebody else makes it": { asked: [ask(0, "a", 5, 0), ask(1, "b", 1, 0)], before: [8], foreign: -6 },
  "same id, one replica": { asked: [ask(0, "a", 5, 0), ask(1, "a", 5, 0)], before: [1], foreign: 6 },
  "same id, two replicas": { asked: [ask(0, "a", 5, 0), ask(1, "a", 5, 1)], before: [1], foreign: 6 },
  "same id, two replicas, room for all": { asked: [ask(0, "a", 5, 0), ask(1, "a", 5, 1)], before: [1], foreign: 1 },
  "same id, other content, one replica": { asked: [ask(0, "a", 5, 0), ask(1, "a", 4, 0)], before: [1], foreign: 6 },
  "same id, other content, two replicas": { asked: [ask(0, "a", 5, 0), ask(1, "a", 4, 1)], before: [1], foreign: 6 },
  "sent again, same replica": { asked: [ask(0, "a", 5, 0), ask(1, "a", 5, 0, { after: 0 })], before: [1], foreign: 6 },
  "sent again, other replica": { asked: [ask(0, "a", 5, 0), ask(1, "a", 5, 1, { after: 0 })], before: [1], foreign: 6 },
  "a dry run and a command": {
    asked: [ask(0, "a", 5, 0, { dryRun: true }), ask(1, "b", 5, 0)],
    before: [1],
    foreign: 1
  },
  "nothing to change and a command": { asked: [ask(0, "a", 0, 0), ask(1, "b", 5, 1)], before: [1], foreign: 1 },
  "a mistake and a command": {
    asked: [ask(0, "a", 1, 0, { throws: true }), ask(1, "b", 1, 0)],
    before: [1],
    foreign: 1
  },
  "independent, one replica": { asked: [ask(0, "a", 1, 0), ask(1, "b", 1, 0)], before: [1], foreign: 1 },
  "independent, two replicas": { asked: [ask(0, "a", 1, 0), ask(1, "b", 1, 1)], before: [1], foreign: 1 }
}

/** One replica knows an old state when it is sent again what another one has carried out. */
export const old: Readonly<Record<string, Scene>> = {
  "sent again, where the state is old": {
    asked: [ask(0, "nothing", 0, 1), ask(1, "a", 1, 0), ask(2, "a", 1, 1)],
    before: [1],
    foreign: 1
  }
}

/** Three and four commands, most of them of one group. */
export const groups: Readonly<Record<string, Scene>> = {
  "the third shares an append with the second": {
    asked: [nothing, ask(1, "a", -5, 0), ask(2, "b", 5, 0)],
    before: [10],
    foreign: 0
  },
  "the second is refused beside what would make room for it": {
    asked: [nothing, ask(1, "a", 5, 0), ask(2, "b", -5, 0)],
    before: [10],
    foreign: 0
  },
  "the third repeats the second": {
    asked: [nothing, ask(1, "a", 1, 0), ask(2, "a", 1, 0)],
    before: [1],
    foreign: 1
  },
  "a dry run beside a command": {
    asked: [nothing, ask(1, "a", 1, 0, { dryRun: true }), ask(2, "b", 1, 0)],
    before: [1],
    foreign: 1
  },
  "two copies beside a copy in the other replica": {
    asked: [nothing, ask(1, "a", 1, 0), ask(2, "b", 1, 0), ask(3, "a", 1, 1)],
    before: [1],
    foreign: 1
  },
  "the second and the third do not fit one append": {
    asked: [nothing, ask(1, "a", 1, 0), ask(2, "b", 1, 0)],
    before: [1],
    foreign: 1,
    bytesMax: 1
  },
  "a mistake between two": {
    asked: [nothing, ask(1, "a", 1, 0), ask(2, "b", 1, 0, { throws: true }), ask(3, "c", 1, 0)],
    before: [1],
    foreign: 1
  },
  "three behind one": {
    asked: [nothing, ask(1, "a", 1, 0), ask(2, "b", 1, 0), ask(3, "c", 1, 0)],
    before: [1],
    foreign: 1
  },
  "the second needs the first and is sent again": {
    asked: [ask(0, "first", -5, 0), ask(1, "b", 5, 0), ask(2, "b", 5, 1, { after: 1 })],
    before: [10],
    foreign: 1
  },
  "the third has to wait and the fourth need not": {
    asked: [nothing, ask(1, "a", -5, 0), ask(2, "b", 5, 0), ask(3, "c", -1, 0)],
    before: [10],
    foreign: 0
  },
  "the second is refused, and the fourth is, too": {
    asked: [nothing, ask(1, "a", 5, 0), ask(2, "b", -5, 0), ask(3, "c", 9, 0)],
    before: [10],
    foreign: 0
  }
}

/** Commands that a state may have forgotten, or not. */
export const forgetting: Readonly<Record<string, Scene>> = {
  "a repetition of what is forgotten": {
    asked: [ask(0, "before0", 1, 0), ask(1, "a", 1, 0)],
    before: [1, 2, 3],
    foreign: 1,
    forgets: true
  },
  "the id of what is forgotten with other content": {
    asked: [ask(0, "before0", 2, 0), ask(1, "a", 1, 1)],
    before: [1, 2],
    foreign: 1,
    forgets: true
  },
  "two new ones, one replica": {
    asked: [ask(0, "a", 1, 0), ask(1, "b", 1, 0)],
    before: [1, 1],
    foreign: 1,
    forgets: true
  },
  "same id, two replicas, forgotten between": {
    asked: [ask(0, "a", 1, 0), ask(1, "a", 1, 1), ask(2, "b", 1, 1)],
    before: [1, 1],
    foreign: 1,
    forgets: true
  },
  "sent again, other replica, forgotten between": {
    asked: [ask(0, "a", 1, 0), ask(1, "b", 1, 0), ask(2, "a", 1, 1, { after: 0 })],
    before: [1, 1],
    foreign: 1,
    forgets: true
  },
  "a group with two that are forgotten": {
    asked: [nothing, ask(1, "before0", 1, 0), ask(2, "before1", 1, 0)],
    before: [1, 1, 1],
    foreign: 1,
    forgets: true
  },
  "a group that forgets the last command": {
    asked: [nothing, ask(1, "a", 1, 0), ask(2, "before1", 1, 0)],
    before: [1, 1],
    foreign: 1,
    forgets: true
  },
  "a group with one that is forgotten": {
    asked: [ask(0, "first", 1, 0), ask(1, "before0", 1, 0), ask(2, "b", 1, 0)],
    before: [1, 1],
    foreign: 1,
    forgets: true
  }
}

const calm: Budget = {
  foreign: 0,
  lost: 0,
  stale: 0,
  late: 0,
  gone: 0,
  crash: 0,
  close: 0,
  away: 0,
  refused: 0,
  died: 0,
  hint: 0
}

/** What may happen, once each unless said otherwise. */
export const may = (what: Partial<Budget>): Budget => ({ ...calm, ...what })
