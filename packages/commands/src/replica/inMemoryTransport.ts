import { CommandTransport } from "@cim-domain/event-sourcing/CommandTransport"
import { EventStore } from "@cim-domain/event-sourcing/EventStore"
import { SnapshotStore } from "@cim-domain/event-sourcing/SnapshotStore"
import { Effect, Layer } from "effect"
import type { AnyAggregate } from "../Aggregate.ts"
import { makeReplica, replicaDefaults, type ReplicaOptions } from "./Replica.ts"

/**
 * The service of a domain in this process, for tests of programs that use its client: a replica on memory, which forgets
 * everything with its layer.
 *
 * ```ts
 * it.effect("registers", () => registers.pipe(Effect.provide(inMemoryTransport(Person))))
 * ```
 */
export const inMemoryTransport = (
  aggregate: AnyAggregate,
  options: Partial<ReplicaOptions<any>> = {}
): Layer.Layer<CommandTransport> =>
  Layer.unwrap(
    Effect.map(makeReplica(aggregate, { ...replicaDefaults, ...options }), (replica) => {
      const text = new TextEncoder()
      return CommandTransport.layerMemory(({ body, headers, subject }) =>
        Effect.map(
          replica.answer({ subject, body: text.encode(body), header: (name) => headers[name] }),
          (answer) => answer.body
        )
      )
    })
  ).pipe(Layer.provide(Layer.fresh(Layer.merge(EventStore.layerMemory, SnapshotStore.layerMemory))))
