import { assert } from "@effect/vitest"
import type { Arbitrary } from "effect"
import type { Decider, Decision } from "../Decider.ts"
import { type Law, law, registerLaws } from "./Law.ts"

/** What {@link deciderLaws} needs to know of a domain. */
export interface DeciderLawsOptions<State, Command, Event, Rejection, Context> {
  readonly decider: Decider<State, Command, Event, Rejection, Context>
  readonly aggregateId: string
  /** Walks: commands with their contexts, each walk in the order they are sent. */
  readonly walks: Arbitrary.Arbitrary<ReadonlyArray<readonly [Command, Context]>>
  /** Any events in any order: also those that no accepted command leads to. */
  readonly histories: Arbitrary.Arbitrary<ReadonlyArray<Event>>
  readonly versionOf: (state: State) => number
  /** A state as plain values, for states with parts that cannot be looked into to compare them. Default: the state itself. */
  readonly plain?: (state: State) => unknown
  /** Evaluations of each law, 200 when not given. */
  readonly runs?: number
}

/** Makes deeply immutable what a pure function gets, so that writing to it throws. */
export const freeze = <A>(value: A): A => {
  if (typeof value !== "object" || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value)) return value
  Object.freeze(value)
  for (const key of Reflect.ownKeys(value)) freeze((value as Record<PropertyKey, unknown>)[key])
  return value
}

/** The laws that every decider keeps. Registers one property a law. */
export const deciderLaws = <State, Command, Event, Rejection, Context>(
  name: string,
  options: DeciderLawsOptions<State, Command, Event, Rejection, Context>
): void => registerLaws(name, lawsOfDeciders(options))

/** The laws of {@link deciderLaws} as values. */
export const lawsOfDeciders = <State, Command, Event, Rejection, Context>(
  options: DeciderLawsOptions<State, Command, Event, Rejection, Context>
): ReadonlyArray<Law> => {
  const { histories, plain = (state) => state, runs = 200, walks } = options
  const laws = { ...options, plain }
  return [
    law("evolve is total and every event counts one version", runs, [histories], ([events]) => {
      countsVersions(laws, events)
    }),
    law("decide is total, also on states no command leads to", runs, [histories, walks], ([events, commands]) => {
      decidesAnything(laws, replay(laws, events), commands)
    }),
    law("equal arguments give equal results and are not written to", runs, [walks], ([commands]) => {
      walk(laws, commands.map(([command, context]) => [freeze(command), context] as const), (step) => {
        isPure(laws, step)
      })
    }),
    law("replaying the recorded events gives the state held", runs, [walks], ([commands]) => {
      walk(laws, commands, ({ after, history }) => {
        assert.deepStrictEqual(plain(replay(laws, history)), plain(after))
      })
    }),
    law("the same command again is a duplicate", runs, [walks], ([commands]) => {
      walk(laws, commands, ({ after, command, context, events }) => {
        if (events.length > 0) assert.strictEqual(laws.decider.decide(after, command, context)._tag, "Duplicate")
      })
    })
  ]
}

/** What the laws look at. */
interface Looked<State, Command, Event, Rejection, Context>
  extends Pick<DeciderLawsOptions<State, Command, Event, Rejection, Context>, "aggregateId" | "decider" | "versionOf">
{
  readonly plain: (state: State) => unknown
}

/** One command of a walk: what stood before it, what was decided, and what stands after it. */
interface Step<State, Command, Event, Rejection, Context> {
  readonly before: State
  readonly after: State
  readonly command: Command
  readonly context: Context
  readonly decision: Decision<Event, Rejection>
  readonly events: ReadonlyArray<Event>
  /** All events so far. */
  readonly history: ReadonlyArray<Event>
}

const replay = <State, Event>(
  { aggregateId, decider }: Looked<State, any, Event, any, any>,
  events: ReadonlyArray<Event>,
  from = decider.initial(aggregateId),
  offset = 0
): State => events.reduce((state, event, index) => decider.evolve(state, event, offset + index + 1), from)

/** Sends the commands of a walk one after another and looks at every step. */
const walk = <State, Command, Event, Rejection, Context>(
  laws: Looked<State, Command, Event, Rejection, Context>,
  commands: ReadonlyArray<readonly [Command, Context]>,
  each: (step: Step<State, Command, Event, Rejection, Context>) => void
): void => {
  let state = laws.decider.initial(laws.aggregateId)
  const history: Array<Event> = []
  for (const [command, context] of commands) {
    const decision = laws.decider.decide(state, command, context)
    const events = decision._tag === "Accepted" ? decision.events : []
    const after = replay(laws, events, state, history.length)
    history.push(...events)
    each({ before: state, after, command, context, decision, events, history })
    state = after
  }
}

const countsVersions = <State, Event>(
  { aggregateId, decider, versionOf }: Looked<State, any, Event, any, any>,
  events: ReadonlyArray<Event>
): void => {
  let state = decider.initial(aggregateId)
  for (const [index, event] of events.entries()) {
    const next = decider.evolve(state, event, index + 1)
    assert.strictEqual(versionOf(next), versionOf(state) + 1)
    state = next
  }
}

const decidesAnything = <State, Command, Context>(
  { decider }: Looked<State, Command, any, any, Context>,
  state: State,
  commands: ReadonlyArray<readonly [Command, Context]>
): void => {
  for (const [command, context] of commands) {
    assert.include(["Accepted", "NoChange", "Duplicate", "Rejected"], decider.decide(state, command, context)._tag)
  }
}

const isPure = <State, Command, Event, Rejection, Context>(
  { decider, plain }: Looked<State, Command, Event, Rejection, Context>,
  { before, command, context, decision, events, history }: Step<State, Command, Event, Rejection, Context>
): void => {
  assert.deepStrictEqual(decider.decide(before, command, context), decision)
  const position = history.length
  for (const event of events.map(freeze)) {
    const held = plain(before)
    const after = plain(decider.evolve(before, event, position))
    assert.deepStrictEqual(plain(decider.evolve(before, event, position)), after)
    assert.deepStrictEqual(plain(before), held)
  }
}
