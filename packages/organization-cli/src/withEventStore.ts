import { snapshotStreamOf } from "@cim-domain/commands/protocol/Subjects"
import { EventStream } from "@cim-domain/nats/EventStream"
import { JetStreamEventStore } from "@cim-domain/nats/JetStreamEventStore"
import { JetStreamSnapshotStore } from "@cim-domain/nats/JetStreamSnapshotStore"
import { eventPrefix, snapshotPrefix } from "@cim-domain/organization"
import { Effect, Layer } from "effect"
import { BadInput, Unanswered } from "./exitCodes.ts"
import { organizationCommand } from "./organizationCommand.ts"
import { withBroker } from "./withBroker.ts"

/** What the replica takes for its `STREAM_NAME`. */
const streamName = /^[^\s.*>/\\\p{C}]{1,240}$/u
const accepted = "1 to 240 characters without blanks, dots, *, >, / and \\"

/** Gives an effect the event store that the shared flags name, and its snapshots, to read. Fails like `withBroker`. */
export const withEventStore = Effect.fnUntraced(function*<A, E, R>(effect: Effect.Effect<A, E, R>) {
  const { stream: { source, value: stream } } = yield* organizationCommand
  if (!streamName.test(stream)) {
    return yield* new BadInput({
      problems: [`${source}: expected the name of a stream, ${accepted}, given ${JSON.stringify(stream)}`]
    })
  }
  const snapshots = { stream: snapshotStreamOf(stream), subjectPrefix: snapshotPrefix, readOnly: true }
  const store = Layer.mergeAll(JetStreamEventStore.layer(), JetStreamSnapshotStore.layer(snapshots)).pipe(
    Layer.provide(EventStream.layer({ name: stream, subjectPrefix: eventPrefix, readOnly: true }))
  )
  return yield* withBroker(
    Effect.gen(function*() {
      const services = yield* Layer.build(store).pipe(
        Effect.mapError((error) => new Unanswered({ lines: [error.message] }))
      )
      return yield* Effect.provide(effect, services)
    }).pipe(Effect.scoped)
  )
})
