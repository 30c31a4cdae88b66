import { decodeReply } from "@cim-domain/organization"
import type { SentCommand } from "@cim-domain/simulation/check/History"
import { Result } from "effect"

/** What had been said about organizations by when. */
export interface Acknowledged {
  /** The highest version of an organization that any reply had named before `time`. */
  readonly before: (organizationId: string, time: number) => number
}

interface Mark {
  readonly at: number
  readonly version: number
}

/** Gathers the versions that all replies name. */
export const makeAcknowledged = (commands: ReadonlyArray<SentCommand>): Acknowledged => {
  const marks = new Map<string, Array<Mark>>()
  for (const { attempts } of commands) {
    for (const { endedAt, reply } of attempts) {
      const read = reply === null ? undefined : Result.getOrUndefined(decodeReply(reply))
      if (read === undefined || read.version === null || read.aggregate_id === null) continue
      const list = marks.get(read.aggregate_id) ?? []
      marks.set(read.aggregate_id, list)
      list.push({ at: endedAt, version: read.version })
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
      let low = 0
      let high = list.length
      while (low < high) {
        const middle = (low + high) >> 1
        if (list[middle]!.at < time) low = middle + 1
        else high = middle
      }
      return low === 0 ? 0 : list[low - 1]!.version
    }
  }
}
