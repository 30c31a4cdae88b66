import { EventStream } from "@cim-domain/nats/EventStream"
import { JetStreamEventStore } from "@cim-domain/nats/JetStreamEventStore"
import { JetStreamSnapshotStore } from "@cim-domain/nats/JetStreamSnapshotStore"
import { eventPrefix, snapshotPrefix, snapshotStreamOf } from "@cim-domain/organization"
import { Effect, Layer } from "effect"
import { Unanswered } from "./exitCodes.ts"
import { organizationCommand } from "./organizationCommand.ts"
import { withBroker } from "./withBroker.ts"

/** Gives an effect the event store that the shared flags name, and its snapshots, to read. Fails like `withBroker`. */
export const withEventStore = Effect.fnUntraced(function*<A, E, R>(effect: Effect.Effect<A, E, R>) {
  const { stream } = yield* organizationCommand
  const snapshots = { stream: snapshotStreamOf(stream), subjectPrefix: snapshotPrefix, readOnly: true }
  const store = Layer.mergeAll(JetStreamEventStore.layer(), JetStreamSnapshotStore.layer(snapshots)).pipe(
    Layer.provide(EventStream.layer({ name: stream, subjectPrefix: eventPrefix, readOnly: true }))
  )
  return yield* withBroker(
    Effect.gen(function*() {
      const services = yield* Layer.build(store).pipe(
        Effect.mapError((error) => new Unanswered({ detail: error.message }))
      )
      return yield* Effect.provide(effect, services)
    }).pipe(Effect.scoped)
  )
})
