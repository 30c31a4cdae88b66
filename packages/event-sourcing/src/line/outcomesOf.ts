import { type EventReference, referenceTo } from "../store/Event.ts"
import type { Answer, Decided, Entry, Line, LineRequest, Outcome, Output, Plan, Unsettled } from "./Line.ts"
import { stores } from "./plan.ts"

/**
 * What the members of a plan are told once it is known to hold; `references` are those of its events, in order. What is `found`
 * of a command that has copies is taken for another one's.
 */
export const outcomesOf = <S, R extends LineRequest, E, J>(
  present: ReadonlyArray<Entry<R>>,
  { decided }: Plan<S, R, E, J>,
  references: ReadonlyArray<EventReference>,
  how: "acknowledged" | "found" = "acknowledged"
): ReadonlyArray<Output<S, R, J>> => {
  const told: Array<Output<S, R, J>> = []
  let taken = 0
  for (const each of decided) {
    const stored = decided.length === 1 ? references : references.slice(taken, taken + each.stores)
    taken += each.stores
    const { hasCopy, request } = each.entry
    if (!isIn(present, request)) continue
    told.push({ _tag: "Answer", request, answer: outcomeOf(each, stored, how === "found" && hasCopy === true) })
  }
  return told
}

const outcomeOf = <R extends LineRequest, E, J>(
  { decision, entry, own, version }: Decided<R, E, J>,
  stored: ReadonlyArray<EventReference>,
  isOfCopy: boolean
): Outcome<J> => {
  switch (decision._tag) {
    case "Accepted": {
      const after = version + own.length
      if (!entry.request.dryRun) return { _tag: isOfCopy ? "Duplicate" : "Applied", version: after, events: stored }
      const events = own.map((event, index) => referenceTo(event, version + index + 1, 0))
      return { _tag: "WouldApply", version: after, events }
    }
    case "Duplicate":
      return { _tag: "Duplicate", version, events: decision.events }
    case "NoChange":
      return { _tag: "NoChange", version }
    case "Rejected":
      return { _tag: "Rejected", version, rejection: decision.rejection }
    case "Forgotten":
      throw new Error("a command that may be forgotten has no outcome")
  }
}

/** What those are told who end without an outcome. `said` is asked for each, and whether its events may be stored. */
export const unsettled = <S, R extends LineRequest, E, J>(
  line: Line<S, R, E, J>,
  entries: ReadonlyArray<Entry<R>>,
  said: (mayBeStored: boolean) => Unsettled
): ReadonlyArray<Output<S, R, J>> =>
  entries.map(({ request }) => {
    const mayBeStored = line.unanswered.some((plan) => stores(plan, request)) ||
      (line.asked?._tag === "Append" && line.plan !== undefined && stores(line.plan, request))
    const answer: Answer<J> = { ...said(mayBeStored), mayBeStored }
    return { _tag: "Answer", request, answer }
  })

/** Whether the command is one of these. */
export const isIn = <R>(entries: ReadonlyArray<Entry<R>>, request: R): boolean =>
  entries.some((entry) => entry.request === request)
