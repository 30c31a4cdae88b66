import { type ReplicaOptions } from "@cim-domain/commands/replica/Replica"
import { makeReplica, replicaDefaults } from "@cim-domain/commands/replica/Replica"
import { type RecordedEvent, start } from "@cim-domain/event-sourcing/Event"
import { EventStore } from "@cim-domain/event-sourcing/EventStore"
import { SnapshotStore } from "@cim-domain/event-sourcing/SnapshotStore"
import { Organization } from "@cim-domain/organization"
import { Clock, Effect, Layer } from "effect"
import type { ModelRequest } from "../../src/model/readRequest.ts"

/** What a request came to. */
export interface Happened {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  /** Events that it stored. */
  readonly events: ReadonlyArray<RecordedEvent>
  /** When it was asked and answered, in milliseconds since 1970. */
  readonly from: number
  readonly to: number
}

/** The real service on memory, asked one request after the other. */
export const makeServiceInMemory = Effect.fnUntraced(function*(options: Partial<ReplicaOptions<any>> = {}) {
  const replica = yield* makeReplica(Organization, { ...replicaDefaults, ...options })
  const store = yield* EventStore
  const heads = new Map<string, { readonly version: number; readonly position: number }>()
  const text = new TextEncoder()

  const since = Effect.fnUntraced(function*(organizationId: string) {
    const { events, head } = yield* store.read(organizationId, Effect.succeed(heads.get(organizationId) ?? start))
    heads.set(organizationId, head)
    return events
  })

  return {
    ask: Effect.fnUntraced(function*({ body, headers, subject }: ModelRequest, organizations: ReadonlyArray<string>) {
      const from = yield* Clock.currentTimeMillis
      const answer = yield* replica.answer({ subject, body: text.encode(body), header: (name) => headers[name] })
      const to = yield* Clock.currentTimeMillis
      const events = (yield* Effect.forEach(organizations, since)).flat()
      return { body: answer.body, headers: answer.headers ?? {}, events, from, to } satisfies Happened
    })
  }
})

export const onMemory = Effect.provide(Layer.fresh(Layer.merge(EventStore.layerMemory, SnapshotStore.layerMemory)))
