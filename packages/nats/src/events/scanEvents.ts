import type { RecordedEvent } from "@cim-domain/event-sourcing/Event"
import { Effect } from "effect"
import type { NatsError } from "../connection/NatsError.ts"
import { directGetPage, directGetPageBytes, directGetPageEvents } from "../stream/directGet.ts"
import * as StreamApi from "../stream/StreamApi.ts"
import { type EventMessage, fromDirect, fromLeader, record } from "./EventMessage.ts"
import { type HistorySource, withoutDirectGet } from "./readHistory.ts"

/**
 * The next events of all aggregates after a position, at most one page, in bytes as well. Every message of the stream matches, so nothing is
 * walked over. Without direct gets the leader is asked for one after the other.
 */
export const scanEvents = (
  source: HistorySource,
  after: number,
  limit: number
): Effect.Effect<ReadonlyArray<RecordedEvent>, NatsError> =>
  Effect.gen(function*() {
    const all = `${source.prefix}.>`
    const page = source.allowDirect
      ? yield* withoutDirectGet(
        source.logger,
        directGetPage(source.bulk, source.stream, all, after + 1, {
          events: Math.min(limit, directGetPageEvents)
        })
      )
      : undefined
    const events = page === undefined
      ? yield* walkAll(source, all, after, limit)
      : page.messages.map((message) => fromDirect(source.prefix, message))
    return events.map((event) => record(event, event.version ?? 0))
  })

const walkAll = Effect.fnUntraced(function*(source: HistorySource, all: string, after: number, limit: number) {
  const found: Array<EventMessage> = []
  let bytes = 0
  while (found.length < limit && bytes < directGetPageBytes) {
    const seq = (found.at(-1)?.position ?? after) + 1
    const message = yield* StreamApi.leaderMessage(source.bulk, source.stream, { seq, next_by_subj: all })
    if (message === undefined) break
    const event = fromLeader(source.prefix, message)
    bytes += event.data.length
    found.push(event)
  }
  return found
})
