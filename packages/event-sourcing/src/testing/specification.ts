import { assert } from "@effect/vitest"
import type { Decider, Decision } from "../Decider.ts"

/**
 * Given these events, when this command comes, then this is decided.
 *
 * ```ts
 * const { given } = specification(organization, organizationId)
 * given(created, suspended).when(rename, context).isAccepted(renamed)
 * ```
 *
 * Events get positions 1, 2, 3, … `state` gives the state before the command, for a look at it.
 */
export const specification = <State, Command, Event, Rejection, Context>(
  decider: Decider<State, Command, Event, Rejection, Context>,
  aggregateId: string
) => {
  const replay = (events: ReadonlyArray<Event>): State =>
    events.reduce((state, event, index) => decider.evolve(state, event, index + 1), decider.initial(aggregateId))

  const outcome = (decision: Decision<Event, Rejection>) => ({
    decision,
    /** The command makes exactly these events happen. */
    isAccepted: (...events: ReadonlyArray<Event>) =>
      assert.deepStrictEqual(decision, { _tag: "Accepted", events } as unknown as Decision<Event, Rejection>),
    /** The command is fine and nothing needs to be recorded. */
    changesNothing: () => assert.deepStrictEqual(decision, { _tag: "NoChange" }),
    /** The command took effect before. */
    isDuplicate: () => assert.strictEqual(decision._tag, "Duplicate"),
    /** The command is refused for exactly this reason. */
    isRejected: (rejection: Rejection) => assert.deepStrictEqual(decision, { _tag: "Rejected", rejection })
  })

  return {
    given: (...events: ReadonlyArray<Event>) => ({
      state: replay(events),
      when: (command: Command, context: Context) => outcome(decider.decide(replay(events), command, context))
    })
  }
}
