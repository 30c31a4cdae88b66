import type { Loaded } from "../aggregate/Loaded.ts"
import type { EventReference } from "../store/Event.ts"
import type { LineRequest, LineRules, Plan } from "./Line.ts"

/** A plan whose events are in the history, and where. */
export interface Stored<State, Request, Event, Rejection> {
  readonly plan: Plan<State, Request, Event, Rejection>
  readonly references: ReadonlyArray<EventReference>
}

/**
 * The plan whose append is in the history that a state was made of, if there is one. Each of its commands is a duplicate then,
 * and its events stand right after the state that the plan was made on. Events of the same commands that stand elsewhere
 * are those of other copies of them. What the state has forgotten meanwhile is not found here but by its command's id, and
 * told as a duplicate with the same events.
 */
export const findStored = <State, Request extends LineRequest, Event, Rejection>(
  { decide }: LineRules<State, Request, Event, Rejection>,
  plans: ReadonlyArray<Plan<State, Request, Event, Rejection>>,
  { state }: Loaded<State>
): Stored<State, Request, Event, Rejection> | undefined => {
  for (const plan of plans) {
    const references = plan.decided.flatMap(({ entry, stores }) => {
      const decision = stores === 0 ? undefined : decide(state, entry.request)
      return decision?._tag === "Duplicate" ? decision.events : []
    })
    const { base, encoded } = plan
    const isThere = references.length === encoded.length &&
      references.every(({ id, version }, n) => id === encoded[n]!.id && version === base.cursor.version + n + 1)
    if (isThere) return { plan, references }
  }
  return undefined
}
