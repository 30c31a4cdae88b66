import type { Loaded } from "../../src/aggregate/Aggregate.ts"
import { accepted, type Decision, duplicate, noChange, rejected } from "../../src/Decider.ts"
import type { Answer, Failure, Input, Line, LineRules, Question } from "../../src/line/Line.ts"
import type { Step } from "../../src/line/step.ts"
import type { EventReference, EventToAppend, RecordedEvent } from "../../src/store/Event.ts"

/**
 * Everything there is: one history that all share, replicas that each have a line and a cached state of it, what is on its way
 * between them, and what requesters were told. A value; `moves` gives all that can happen next.
 */
export interface World {
  readonly stored: ReadonlyArray<Stored>
  readonly replicas: ReadonlyArray<Replica>
  /** Appends that nobody waits for any more: they arrive some time, or never. */
  readonly adrift: ReadonlyArray<Adrift>
  /** Answers that come after they were given up. */
  readonly belated: ReadonlyArray<{ readonly replica: number; readonly said: Input<Tally, Asked> }>
  readonly told: ReadonlyArray<Told>
  /** What may still happen to them. */
  readonly left: Budget
}

/** How often each may happen in a history. */
export interface Budget {
  /** Somebody who is no replica appends. */
  readonly foreign: number
  /** An append is not answered: its answer is lost, or it is held up itself. */
  readonly lost: number
  /** A read gives an older state, without the word of the leader. */
  readonly stale: number
  /** A command reaches its deadline. */
  readonly late: number
  /** A requester goes. */
  readonly gone: number
  /** A replica ends without a word. */
  readonly crash: number
  /** A replica ends in good order. */
  readonly close: number
  /** The store is not there for a moment. */
  readonly away: number
  /** The store refuses an append for good. */
  readonly refused: number
  /** Somebody makes a mistake while an append is under way. */
  readonly died: number
  /** What others appended passes by. */
  readonly hint: number
}

export interface Replica {
  readonly line: AnyLine
  readonly cache: Loaded<Tally> | undefined
  /** What the line asked last, until it is answered. */
  readonly call: Call | undefined
  readonly isClosed: boolean
}

export interface Call {
  readonly question: Question<Tally>
  /** What the store said, on its way back. */
  readonly said: Input<Tally, Asked> | undefined
  readonly carried: Carried | undefined
}

/** An append on its way. */
export interface Carried {
  readonly position: number
  readonly version: number
  readonly carries: ReadonlyArray<Added>
}

/** `asked`: who would hear of it. */
export interface Adrift extends Carried {
  readonly asked: { readonly replica: number; readonly question: Question<Tally> } | undefined
}

export interface Added {
  readonly id: string
  readonly amount: number
  /** The command that carried it, -1 for somebody who is no replica. */
  readonly by: number
}

export interface Stored extends Added {
  readonly version: number
}

/** A command that somebody sends to one replica; `after`: only once that one came to nothing certain. */
export interface Asked {
  readonly n: number
  readonly aggregateId: string
  readonly id: string
  readonly amount: number
  readonly most: number
  readonly replica: number
  readonly dryRun: boolean
  /** The domain makes a mistake with it. */
  readonly throws: boolean
  readonly traceparent: undefined
  readonly after?: number
}

/** What became of a command: `from` and `to` are how many events there were when it arrived, and when it was answered. */
export interface Told {
  /** How many commands had arrived before it. */
  readonly nth: number
  readonly from: number
  readonly to: number
  readonly answer: Answer<string> | "crashed" | "gone" | undefined
  /** An append of its events was asked. */
  readonly sent: boolean
  /** The versions that its events have if an append of them was stored that it got no answer to. */
  readonly open: ReadonlyArray<number>
  /** The store was storing an event of its id for somebody else, or for an earlier append of its own. */
  readonly copied: boolean
}

export interface Tally {
  readonly total: number
  readonly known: Readonly<Record<string, EventReference & { readonly amount: number }>>
}

type AnyLine = Line<Tally, Asked, Added, string>
export type AnyStep = (
  rules: LineRules<Tally, Asked, Added, string>,
  line: AnyLine,
  input: Input<Tally, Asked>
) => Step<Tally, Asked, Added, string>

const mistake = new Error("a mistake in the domain")

export const decide = (state: Tally, { amount, id, most, n, throws }: Asked): Decision<Added, string> => {
  if (throws) throw mistake
  const known = state.known[id]
  if (known !== undefined) return known.amount === amount ? duplicate([known]) : rejected("IdReused")
  if (amount === 0) return noChange
  const total = state.total + amount
  return total < 0 || total > most ? rejected(total < 0 ? "TooLittle" : "TooMuch") : accepted({ id, amount, by: n })
}

/** As {@link decide}, of a domain that remembers the last command alone. */
export const decideForgetfully = (
  state: Tally,
  request: Asked,
  found?: ReadonlyArray<RecordedEvent>
): Decision<Added, string> => {
  if (request.throws) throw mistake
  const version = Object.keys(state.known).length
  const known = state.known[request.id]
  if (version < 2 || known?.version === version) return decide(state, request)
  if (found === undefined) return { _tag: "Forgotten", commandId: request.id }
  const { [request.id]: _, ...others } = state.known
  const [event] = found
  if (event === undefined) return decide({ ...state, known: others }, request)
  const reference = { id: event.id!, type: event.type, version: event.version, position: event.position }
  return Number(event.data) === request.amount ? duplicate([reference]) : rejected("IdReused")
}

/** What the history up to a version has of a command. */
export const found = (stored: ReadonlyArray<Stored>, commandId: string, upTo: number): ReadonlyArray<RecordedEvent> =>
  stored.slice(0, upTo).filter(({ id }) => id === commandId).map(({ amount, id, version }) => ({
    aggregateId: "a",
    id: `${id}:0`,
    type: "Added",
    version,
    position: positionOf(version),
    time: 0,
    commandId: id,
    correlationId: id,
    data: String(amount)
  }))

export const evolve = (state: Tally, { amount, id }: Added, position: number): Tally => {
  const version = Object.keys(state.known).length + 1
  return {
    total: state.total + amount,
    known: { ...state.known, [id]: { id: `${id}:0`, type: "Added", version, position, amount } }
  }
}

const encode = ({ amount, by, id }: Added): EventToAppend => ({
  id: `${id}:0`,
  type: "Added",
  token: "added",
  schemaVersion: 1,
  cause: { commandId: id, correlationId: id, causationId: String(by), actor: null },
  data: String(amount)
})

/** The event that was encoded. */
export const addedBy = ({ cause, data }: EventToAppend): Added => ({
  id: cause.commandId,
  amount: Number(data),
  by: Number(cause.causationId)
})

export const rules: LineRules<Tally, Asked, Added, string> = {
  decide,
  evolve,
  encode,
  groupFrom: 2,
  groupMax: 64,
  eventsMax: 256,
  bytesMax: 1_000,
  maxDecisions: 3,
  absenceHolds: 1,
  snapshotEvery: 1_000
}

/** Positions are ten times the version, so that taking one for the other shows. */
export const positionOf = (version: number): number => version * 10

const initial: Tally = { total: 0, known: {} }

const folded = new WeakMap<ReadonlyArray<Added>, Array<readonly [Loaded<Tally>, Loaded<Tally>] | undefined>>()

/** The state after the first `upTo` of these events, as the leader says it or somebody else. The same object for the same. */
export const fold = (stored: ReadonlyArray<Added>, upTo: number, confirmed: boolean): Loaded<Tally> => {
  let known = folded.get(stored)
  if (known === undefined) folded.set(stored, known = [])
  const [said, heard] = known[upTo] ??= foldAll(stored.slice(0, upTo))
  return confirmed ? said : heard
}

const foldAll = (stored: ReadonlyArray<Added>): readonly [Loaded<Tally>, Loaded<Tally>] => {
  const loaded: Loaded<Tally> = {
    aggregateId: "a",
    state: stored.reduce((state, event, n) => evolve(state, event, positionOf(n + 1)), initial),
    cursor: { version: stored.length, position: positionOf(stored.length) },
    lastEventId: null,
    confirmed: true,
    snapshotVersion: 0
  }
  return [loaded, { ...loaded, confirmed: false }]
}

/** The store takes an append, or does not. `remembers`: it knows the ids of all events that it ever stored. */
export const store = (
  world: World,
  { carries, position, version }: Carried,
  remembers: boolean
): readonly [World, Failure | ReadonlyArray<number>] => {
  if (remembers && carries.some(({ id }) => world.stored.some((each) => each.id === id))) return [world, "seen"]
  if (positionOf(world.stored.length) !== position) return [world, "conflict"]
  const added = carries.map((event, n) => ({ ...event, version: version + n + 1 }))
  return [
    { ...world, stored: [...world.stored, ...added] },
    added.map((_, n) => positionOf(world.stored.length + n + 1))
  ]
}
