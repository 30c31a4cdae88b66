import { Cause, Clock, Duration, Effect, Schedule } from "effect"
import { HttpClient, HttpClientError, type HttpClientRequest, HttpClientResponse } from "effect/http"

/** Batches under way to the collector. What comes beyond them is dropped. */
export const maxBatchesUnderWay = 4

/** Time for one batch, all tries included; then it is dropped. */
const batchTimeout: Duration.Duration = Duration.seconds(10)

/** Tries of one batch after the first. */
const retries = 3

/** Pause before a batch is tried again, unless the collector wants a longer one. */
const retryPause: Duration.Duration = Duration.seconds(1)

/** How long nothing may have been dropped until all is well again, in milliseconds. */
const quietMillis = 60_000

/**
 * The HTTP client for a collector: whatever the collector does, nobody waits for it, and what is kept for it is bounded.
 * A batch that is not taken is dropped, and counts as sent: a failure would make Effect's exporter drop everything for a
 * minute, and without bounds of its own it would keep what it sends for as long as a connection hangs. The log says when
 * batches begin to be dropped, and when that is over.
 */
export const makeCollector = Effect.fnUntraced(function*(endpoint: string) {
  // A path may be a secret.
  const { origin } = new URL(endpoint)
  let failing: HttpClientError.HttpClientError | undefined
  const client = (yield* HttpClient.HttpClient).pipe(
    // Read, so that the connection can be used again.
    HttpClient.tap((response) => response.arrayBuffer),
    HttpClient.filterStatusOk,
    HttpClient.tapError((error) => Effect.sync(() => failing = error)),
    HttpClient.tap(() => Effect.sync(() => failing = undefined)),
    HttpClient.retryTransient({ schedule: Schedule.spaced(retryPause), times: retries, retryOn: "errors-only" })
  )
  let underWay = 0
  let dropped = 0
  let droppedAt = 0

  const drop = (why: string) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      droppedAt = now
      dropped += 1
      return dropped > 1
        ? Effect.void
        : Effect.logWarning(`the collector at ${origin} ${why}; spans and metrics are dropped`)
    })

  const taken = Effect.flatMap(Clock.currentTimeMillis, (now) => {
    if (dropped === 0 || now - droppedAt < quietMillis) return Effect.void
    const batches = dropped
    dropped = 0
    return Effect.logInfo(`the collector at ${origin} takes everything again, after ${batches} dropped batches`)
  })

  return HttpClient.transform(client, (send, request) =>
    Effect.suspend(() => {
      if (underWay >= maxBatchesUnderWay) {
        return drop(failing === undefined ? `is slow: ${underWay} batches are under way` : inWords(failing))
      }
      underWay += 1
      return send.pipe(
        Effect.timeout(batchTimeout),
        Effect.matchEffect({ onSuccess: () => taken, onFailure: (error) => drop(inWords(error)) }),
        Effect.ensuring(Effect.sync(() => {
          underWay -= 1
        }))
      )
    }).pipe(Effect.as(settled(request))))
})

const settled = (request: HttpClientRequest.HttpClientRequest) =>
  HttpClientResponse.fromWeb(request, new Response(null, { status: 204 }))

const inWords = (error: HttpClientError.HttpClientError | Cause.TimeoutError): string => {
  if (Cause.isTimeoutError(error)) return `has not answered within ${Duration.format(batchTimeout)}`
  return error.response === undefined
    ? `cannot be reached: ${rootOf(error.reason.cause ?? error)}`
    : `answers with status ${error.response.status}`
}

/** What went wrong first; `fetch` only says that it failed. Of several addresses that fail there is no message, but a code. */
const rootOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause)
  if (cause.cause !== undefined) return rootOf(cause.cause)
  return cause.message === "" && "code" in cause ? String(cause.code) : cause.message
}
