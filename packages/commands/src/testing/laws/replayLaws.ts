import { type Law, law } from "@cim-domain/event-sourcing/testing/Law"
import { assert } from "@effect/vitest"
import type { Kept } from "../../history/Kept.ts"
import { walkedId } from "../domainArbitraries.ts"
import { upTo } from "../valueArbitraries.ts"
import { applied, isPlain, type LawDomain, recordOf, replayed, restored, stepsOf } from "./LawDomain.ts"

/** The laws of what is stored and read again. */
export const replayLaws = (
  { aggregate, arbitraries: { histories, walks }, runs }: LawDomain
): ReadonlyArray<Law> => {
  const { events: codec, states } = aggregate
  const text = (state: Kept) => states.encode(state)

  return [
    law("what is read of a store is what was recorded, and makes the state held", runs, [walks], ([walk]) => {
      let read = aggregate.decider.initial(walkedId) as Kept
      for (const { after, command, events } of stepsOf(aggregate, walk)) {
        const again = events.map((event) => codec.decode(recordOf(codec.encode(event as never))))
        for (const [index, event] of events.entries()) {
          assert.deepStrictEqual(again[index], event, `${event.event_type} of a store is not what was recorded`)
        }
        read = applied(aggregate, read, again as never, command)
        assert.strictEqual(text(read), text(after))
      }
    }),

    law("a snapshot is the state, to the byte", runs, [walks, histories], ([walk, events]) => {
      for (const state of [replayed(aggregate, events), stepsOf(aggregate, walk).at(-1)!.after]) {
        const again = restored(aggregate, state)
        assert.strictEqual(text(again), text(state))
        assert.deepStrictEqual(again.recent_commands.list(), state.recent_commands.list())
        const { recent_commands: _, ...own } = state
        const { recent_commands: __, ...ownAgain } = again
        if (isPlain(own)) assert.deepStrictEqual(ownAgain, own, "a snapshot has lost something")
      }
    }),

    law(
      "a snapshot anywhere and the tail make the whole",
      runs,
      [walks, histories, upTo(40)],
      ([walk, history, at]) => {
        const recorded = stepsOf(aggregate, walk).flatMap(({ events }) => events)
        for (const events of [recorded, history]) {
          const whole = replayed(aggregate, events)
          const halved = applied(
            aggregate,
            restored(aggregate, replayed(aggregate, events.slice(0, at))),
            events.slice(at)
          )
          assert.strictEqual(text(halved), text(whole))
        }
      }
    )
  ]
}
