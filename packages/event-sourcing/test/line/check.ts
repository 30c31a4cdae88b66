import type { EventReference } from "../../src/store/Event.ts"
import type { Setting } from "./moves.ts"
import { type Asked, decide, decideForgetfully, fold, positionOf, type World } from "./World.ts"

/** What is wrong with a step from one world to the next, if anything. */
export const violation = (setting: Setting, before: World, world: World): string | undefined =>
  (world.stored === before.stored ? undefined : wrongHistory(setting, before, world)) ??
    (world.told === before.told ? undefined : wrongAnswers(setting, before, world))

/** What is wrong with a world in which nothing can happen any more, if anything. */
export const unfinished = (setting: Setting, world: World): string | undefined => {
  for (const { n } of setting.asked) {
    const { answer, from } = world.told[n]!
    if (from >= 0 && answer === undefined) return `${n} is never answered`
  }
  return world.replicas.some(({ line }) => line.group.length > 0 || line.unanswered.length > 0)
    ? "a line never becomes idle"
    : undefined
}

const wrongHistory = (setting: Setting, before: World, world: World): string | undefined => {
  for (const [n, { id, version }] of world.stored.entries()) {
    if (version !== n + 1) return `version ${version} stands where ${n + 1} should`
    if (world.stored.findIndex((each) => each.id === id) !== n) return `${id} took effect twice`
  }
  for (const { by } of world.stored.slice(before.stored.length)) {
    if (by < 0) continue
    if (saysNo(before, by) !== undefined) return `${by} was told no, and stored afterwards`
    const { amount, id } = setting.asked[by]!
    const again = setting.asked.find((each) =>
      each.after === by && each.id === id && each.amount === amount && saysNo(before, each.n) === "because"
    )
    if (again !== undefined) return `${again.n} was told no, and ${by}, which is the same, was stored afterwards`
  }
  return undefined
}

const wrongAnswers = (setting: Setting, before: World, world: World): string | undefined => {
  for (const request of setting.asked) {
    if (world.told[request.n]!.answer === before.told[request.n]!.answer) continue
    const wrong = wrongAnswer(setting, world, request)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

/** Whether the version that is told is one after the events that are told. */
const hasGoneOn = ({ events, version }: { readonly events: ReadonlyArray<EventReference>; readonly version: number }) =>
  version > (events.at(-1)?.version ?? 0)

/** Whether it was told that it has no effect, for certain: because of the state, or for another reason. */
const saysNo = (world: World, n: number): "because" | "other" | undefined => {
  const answer = world.told[n]!.answer
  if (answer === undefined || typeof answer === "string") return undefined
  if (answer._tag === "Rejected" || answer._tag === "NoChange" || answer._tag === "WouldApply") return "because"
  return "mayBeStored" in answer && !answer.mayBeStored ? "other" : undefined
}

const wrongAnswer = (setting: Setting, world: World, request: Asked): string | undefined => {
  const { answer, copied, from, open, sent, to } = world.told[request.n]!
  if (answer === undefined || typeof answer === "string") return undefined
  const isStored = world.stored.some(({ by }) => by === request.n)
  const was = (holds: (said: ReturnType<typeof decide>) => boolean, what: string) => {
    for (let upTo = from; upTo <= to; upTo++) {
      if (holds(decide(fold(world.stored, upTo, true).state, request))) return undefined
    }
    return `${request.n} ${what}, which was never true`
  }
  if (isStored && saysNo(world, request.n) !== undefined) {
    return `${request.n} is told that it has no effect, and it has`
  }
  switch (answer._tag) {
    case "Applied": {
      // Stored by an append of its own, or where that would be which it got no answer to.
      const isOwn = answer.events.every(({ version }) =>
        world.stored[version - 1]?.by === request.n || (open.includes(version) && !copied)
      )
      if (!isOwn || answer.version !== answer.events.at(-1)?.version) {
        return `${request.n} is told that it was applied, and another one was`
      }
      if (answer.version < from) {
        return `${request.n} is told that it was applied, at a version that was over when it came`
      }
      return notAsSaid(world, request, answer.events) ?? overtaken(setting, world, request, answer.version)
    }
    case "Duplicate":
      // Whose own append is forgotten by the time that it is looked for is told that it took effect, which is true as well; and so
      // is whose append was not answered, when others appended after it: it may have been an earlier copy's.
      if (isStored && !copied && setting.rules.decide !== decideForgetfully && !hasGoneOn(answer)) {
        return `${request.n} is told that another one was applied, and it was`
      }
      return notAsSaid(world, request, answer.events)
    case "Rejected":
      return was((said) => said._tag === "Rejected" && said.rejection === answer.rejection, "is rejected")
    case "NoChange":
      return was((said) => said._tag === "NoChange", "changes nothing")
    case "WouldApply":
      return was((said) => said._tag === "Accepted", "would apply")
    default:
      if (answer._tag === "Exhausted") {
        if (answer.attempts !== setting.rules.maxDecisions) {
          return `${request.n} gave up after ${answer.attempts} attempts`
        }
        if (answer.mayBeStored) return `${request.n} is told that others were first, and may be stored`
        if (to - from + misled(setting, world) < answer.attempts) {
          return `${request.n} gave up, and others were not first so often`
        }
      }
      return answer.mayBeStored && !sent ? `${request.n} may be stored, and was never sent` : undefined
  }
}

const notAsSaid = (world: World, request: Asked, events: ReadonlyArray<EventReference>): string | undefined =>
  events.length === 1 && events.every(({ id, position, version }) => {
      const event = world.stored[version - 1]
      return event?.id === request.id && event.amount === request.amount && id === `${request.id}:0` &&
        position === positionOf(version)
    })
    ? undefined
    : `${request.n} is said to be stored where it is not`

/**
 * Those of one line take effect in the order in which they came; but for who was refused beside an append that may be another
 * copy's, and is decided again.
 */
const overtaken = (setting: Setting, world: World, request: Asked, version: number): string | undefined => {
  if (world.stored[version - 1]!.by !== request.n || world.told.some(({ copied }) => copied)) return undefined
  const { nth } = world.told[request.n]!
  const later = world.stored.slice(0, version - 1).find(({ by }) =>
    by >= 0 && world.told[by]!.nth > nth && setting.asked[by]!.replica === request.replica
  )
  return later === undefined ? undefined : `${later.by} came after ${request.n} and overtook it`
}

/** How often an append may have met somebody who was first before the command arrived: it knew too little, or was told so. */
const misled = ({ budget }: Setting, { left }: World): number =>
  1 + budget.stale - left.stale + budget.hint - left.hint + budget.lost - left.lost
