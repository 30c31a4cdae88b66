import { NatsConnection } from "@cim-domain/nats"
import { assert } from "@effect/vitest"
import { Deferred, Effect } from "effect"
import { api } from "./InProcess.ts"

const stream = "ORGANIZATION_EVENTS"

/** A stream as a backup holds it. */
interface Backup {
  readonly config: unknown
  readonly state: unknown
  readonly chunks: ReadonlyArray<Uint8Array>
}

/** A backup of the event stream, as `nats stream backup` takes it (ADR: `STREAM.SNAPSHOT` in chunks, each confirmed). */
export const backup = Effect.scoped(Effect.gen(function*() {
  const { main } = yield* NatsConnection
  const deliver_subject = yield* main.inbox
  const chunks: Array<Uint8Array> = []
  const complete = yield* Deferred.make<void>()
  yield* main.subscribe({
    subject: deliver_subject,
    resubscribe: false,
    onEnd: () => undefined,
    onMessage: (message) => {
      if (message.data.length === 0) return void Deferred.doneUnsafe(complete, Effect.void)
      chunks.push(message.data)
      message.respond()
    }
  })
  const { config, state } = yield* api<Omit<Backup, "chunks">>(`STREAM.SNAPSHOT.${stream}`, {
    deliver_subject,
    no_consumers: true
  })
  yield* Deferred.await(complete)
  return { config, state, chunks } satisfies Backup
}))

/** Removes the stream, as `nats stream rm` does. */
export const removeEvents = api(`STREAM.DELETE.${stream}`)

/** Puts a backup where there is no stream, as `nats stream restore` does. */
export const restore = Effect.fnUntraced(function*({ chunks, config, state }: Backup) {
  const { main } = yield* NatsConnection
  const { deliver_subject } = yield* api<{ readonly deliver_subject: string }>(`STREAM.RESTORE.${stream}`, {
    config,
    state
  })
  for (const chunk of chunks) yield* main.request(deliver_subject, chunk, { timeoutMillis: 5_000 })
  const done = yield* main.request(deliver_subject, "", { timeoutMillis: 5_000 })
  assert.notInclude(done.string(), "\"error\"")
})
