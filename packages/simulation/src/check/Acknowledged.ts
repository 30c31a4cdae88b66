import type { Answer, Attempt } from "./History.ts"
import { isAsked, type ReadCommand, replyOf } from "./readCommands.ts"

/** What had been said about organizations by when. */
export interface Acknowledged {
  /** The highest version of an organization that any answer had named before `time`. */
  readonly before: (organizationId: string, time: number) => number
  /** When a version, or a later one, was first named; `Infinity` when never. */
  readonly since: (organizationId: string, version: number) => number
}

interface Mark {
  readonly at: number
  readonly version: number
}

/** The version that an answer says is there; a dry run names the one that it would have made. */
const versionNamed = (answer: Answer): number | null => {
  const reply = replyOf(answer)
  const version = reply?.["version"]
  if (typeof version !== "number") return null
  return reply?.["outcome"] === "dry_run" ? version - 1 : version
}

/** Gathers the versions that all answers name. */
export const makeAcknowledged = (commands: ReadonlyArray<ReadCommand>): Acknowledged => {
  const marks = new Map<string, Array<Mark>>()
  for (const { asked, sent } of commands) {
    if (!isAsked(asked)) continue
    for (const answer of sent.attempts.flatMap((attempt: Attempt) => attempt.answers)) {
      const version = versionNamed(answer)
      if (version === null) continue
      const list = marks.get(asked.organizationId) ?? []
      marks.set(asked.organizationId, list)
      list.push({ at: answer.at, version })
    }
  }
  const rising = new Map([...marks].map(([id, list]) => {
    let highest = 0
    return [
      id,
      list.toSorted((left, right) => left.at - right.at).map(({ at, version }): Mark => {
        highest = Math.max(highest, version)
        return { at, version: highest }
      })
    ]
  }))
  return {
    before: (organizationId, time) => {
      const list = rising.get(organizationId) ?? []
      return list[firstThat(list, ({ at }) => at >= time) - 1]?.version ?? 0
    },
    since: (organizationId, version) => {
      const list = rising.get(organizationId) ?? []
      return list[firstThat(list, (mark) => mark.version >= version)]?.at ?? Infinity
    }
  }
}

/** The place of the first that holds, in a list in which it holds for all after the first. */
const firstThat = (list: ReadonlyArray<Mark>, holds: (mark: Mark) => boolean): number => {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(list[middle]!)) high = middle
    else low = middle + 1
  }
  return low
}
