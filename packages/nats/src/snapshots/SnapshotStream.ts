import { makeTroubleLog, type Trouble } from "@cim-domain/event-sourcing/TroubleLog"
import { Duration, Effect, Option, Schedule, type Scope, Semaphore } from "effect"
import { NatsConnection } from "../connection/NatsConnection.ts"
import { ensureStream } from "../stream/ensureStream.ts"
import type { EventStream } from "../stream/EventStream.ts"
import type { EventStreamError } from "../stream/EventStreamError.ts"
import { lifeOf } from "../stream/formerLife.ts"
import * as StreamApi from "../stream/StreamApi.ts"
import { coverageProblem, snapshotSettingsWarnings } from "../stream/streamSettings.ts"
import type { ReadyStream, WantedStream } from "../stream/WantedStream.ts"

/** How often a look is taken whether the stream is still there and has as many replicas as that of the events. */
const watchInterval: Duration.Input = "10 seconds"

/** The stream of the snapshots, made at the start and whenever it is found to be gone. */
export interface SnapshotStream {
  /** Settings as they were at the last look. */
  readonly config: () => StreamApi.StreamConfig
  /** Takes a look at once, and makes the stream again if it is gone. Gives whether it is there. */
  readonly restore: Effect.Effect<boolean>
}

/** Which one. */
export interface SnapshotStreamOptions {
  readonly name: string
  readonly subjects: string
  readonly readOnly: boolean
  readonly create: boolean
}

/**
 * Finds or makes the stream, with as many replicas as the stream of the events has, and keeps it so: it is a cache, so it is
 * made again, empty, when somebody has removed it. `onMade` is told of that.
 */
export const makeSnapshotStream = Effect.fnUntraced(function*(
  options: SnapshotStreamOptions,
  events: EventStream["Service"],
  onMade: () => void
): Effect.fn.Return<SnapshotStream, EventStreamError, NatsConnection | Scope.Scope> {
  const { create, name, readOnly, subjects } = options
  const connection = yield* NatsConnection
  const oneAtATime = yield* Semaphore.make(1)
  const ensured = Effect.suspend(() =>
    Effect.provideService(ensureStream(wantedOf(options, events)), NatsConnection, connection)
  )
  const first = yield* ensured
  let { config } = first.info
  const warn = makeWarnings()
  yield* warn([...snapshotSettingsWarnings(config, subjects), ...first.degraded])

  const { found, isOver } = yield* makeTroubleLog
  const gone = (detail: string) => found(goneFor(name, detail))

  const makeAgain = Effect.gen(function*() {
    yield* gone(create ? "it is made again" : "CREATE_STREAMS=false, so it is not made again")
    if (!create) return false
    // Nothing to wait for: the next look tries again.
    const made = yield* Effect.timeoutOption(ensured, "5 seconds").pipe(
      Effect.catch((error) => Effect.as(gone(error.message), Option.none<ReadyStream>()))
    )
    if (Option.isNone(made)) return false
    config = made.value.info.config
    onMade()
    yield* isOver()
    return true
  })

  const raise = Effect.gen(function*() {
    const wanted = events.replicas
    if ((config.num_replicas ?? 1) >= wanted) return []
    return yield* StreamApi.update(connection.main, { ...config, num_replicas: wanted }).pipe(
      Effect.tap((info) =>
        Effect.suspend(() => {
          config = info.config
          return Effect.logInfo(`stream ${name}: raised the replicas to ${wanted}, as many as the events have`)
        })
      ),
      Effect.as<ReadonlyArray<string>>([]),
      Effect.catchTag(
        "NatsError",
        ({ message }) =>
          Effect.succeed([`stream ${name}: has fewer replicas than the events, and cannot get ${wanted} (${message})`])
      )
    )
  })

  const look = StreamApi.info(connection.main, name).pipe(
    Effect.matchEffect({
      onSuccess: Effect.fnUntraced(function*(info) {
        config = info.config
        yield* isOver()
        yield* warn([...snapshotSettingsWarnings(config, subjects), ...(yield* raise)])
        return true
      }),
      onFailure: (error) => error.reason._tag === "StreamMissing" ? makeAgain : Effect.succeed(false)
    }),
    (looking) => oneAtATime.withPermit(looking)
  )
  if (!readOnly) {
    yield* Effect.forkScoped(Effect.delay(Effect.repeat(look, Schedule.spaced(watchInterval)), watchInterval))
  }
  return { config: () => config, restore: readOnly ? Effect.succeed(false) : look }
})

const wantedOf = (
  { create, name, readOnly, subjects }: SnapshotStreamOptions,
  events: EventStream["Service"]
): WantedStream => ({
  name,
  subjects,
  replicas: events.replicas,
  replicasAtLeast: events.replicas,
  maxMessagesPerSubject: 1,
  metadata: lifeOf(events.incarnation),
  readOnly,
  create,
  problem: coverageProblem
})

/** Warns of what was not there at the last look. */
const makeWarnings = () => {
  let said: ReadonlyArray<string> = []
  return (found: ReadonlyArray<string>) =>
    Effect.suspend(() => {
      const fresh = found.filter((text) => !said.includes(text))
      said = found
      return Effect.forEach(fresh, (text) => Effect.logWarning(text), { discard: true })
    })
}

const goneFor = (name: string, detail: string): Trouble => ({
  key: "gone",
  level: "Warn",
  message: `stream ${name} was removed: snapshots are lost, events are not: ${detail}`,
  over: (_, seconds) => `stream ${name} is there again after ${seconds} s`,
  quietMillis: 0,
  lasts: true
})
