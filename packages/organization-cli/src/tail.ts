import { canonicalUuid } from "@cim-domain/commands/fields/uuid"
import { EventStore } from "@cim-domain/event-sourcing"
import { organizationEventCodec } from "@cim-domain/organization"
import { Effect, Option, Stream } from "effect"
import { Command, Flag } from "effect/cli"
import { describeEvent } from "./describeEvent.ts"
import { Unanswered } from "./exitCodes.ts"
import { Interruption } from "./Interruption.ts"
import { print, printJson } from "./output/print.ts"
import { withEventStore } from "./withEventStore.ts"

const from = Flag.String("from").pipe(
  Flag.withMetavar("POINT"),
  Flag.withDescription("\"now\", \"beginning\", or the stream sequence of the first event to print"),
  Flag.withDefault("now"),
  Flag.filterMap(
    (text): Option.Option<number | "end"> =>
      text === "now" ?
        Option.some("end")
        : text === "beginning" ?
        Option.some(0)
        : /^\d{1,15}$/.test(text) ?
        Option.some(Math.max(0, Number(text) - 1))
        : Option.none(),
    () => "now, beginning or a stream sequence"
  )
)

/** `organization tail`. */
export const tail = Command.make(
  "tail",
  {
    from,
    organization: Flag.String("organization").pipe(
      Flag.withMetavar("UUID"),
      Flag.withDescription("Only events of this organization"),
      Flag.filterMap(
        (text) => Option.fromNullishOr(canonicalUuid(text)),
        () => "the UUID of an organization"
      ),
      Flag.optional
    ),
    count: Flag.Int("count").pipe(
      Flag.withAlias("n"),
      Flag.withDescription("End after so many events; else at Ctrl-C"),
      Flag.filter((count) => count > 0, () => "at least 1"),
      Flag.optional
    ),
    json: Flag.Boolean("json").pipe(
      Flag.withDescription("Print the events as JSON lines, with where they are stored"),
      Flag.withDefault(false)
    )
  },
  Effect.fnUntraced(function*({ count, from, json, organization }) {
    yield* (yield* Interruption).isExpected
    yield* withEventStore(Effect.gen(function*() {
      const store = yield* EventStore
      yield* store.follow(from).pipe(
        Stream.filter((event) =>
          Option.match(organization, {
            onNone: () => true,
            onSome: (id) => event.aggregateId === id
          })
        ),
        Stream.take(Option.getOrElse(count, () => Number.POSITIVE_INFINITY)),
        Stream.mapError((error) => new Unanswered({ lines: [error.message] })),
        Stream.runForEach((event) =>
          json ? printJson(event) : print([describeEvent(event, organizationEventCodec.decode(event))])
        )
      )
    }))
  })
).pipe(
  Command.withDescription("Print events as they come"),
  Command.withExamples([
    { command: "organization tail", description: "What happens from now on" },
    { command: "organization tail --from beginning --json", description: "Everything, for a program" }
  ])
)
