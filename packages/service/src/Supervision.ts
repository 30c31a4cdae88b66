import { Ring } from "@cim-domain/event-sourcing/Ring"
import { Clock, Context, Effect, Layer } from "effect"
import type { Settings } from "./Settings.ts"
import { SystemdNotify } from "./SystemdNotify.ts"

/** Longest pause between two signs of life, in milliseconds; a third of the watchdog's time where that is shorter. */
const beatMillisMost = 10_000

/** Time for the start that each sign of life asks for while the broker is not there yet, in milliseconds. */
const startExtensionMillis = 60_000

/** What a command may take beyond `COMMAND_TIMEOUT_MS`, in milliseconds, before its replica is taken for hung. */
export const hangGraceMillis = 10_000

/** What of the settings supervision goes by. */
type Supervised = Pick<Settings, "commandTimeoutMillis" | "natsUrl">

/**
 * What the platform is told about the replica, and what it knows it from.
 *
 * A replica lives as long as its event loop turns, its loops run, and every command that it has taken is answered within the
 * time for commands and {@link hangGraceMillis}. A broker that is away changes nothing of that: commands are refused then,
 * which is an answer, and a start that waits for it goes on waiting.
 */
export class Supervision extends Context.Service<Supervision, {
  /** Commands reach the replica from now on. */
  readonly ready: Effect.Effect<void>
  /** One line for people, as `systemctl status` shows it. */
  readonly status: (text: string) => Effect.Effect<void>
  /** A command is taken that has to end in time. Gives what says that it has. */
  readonly command: () => () => void
  /** Says again and again that the replica lives, as long as that is so; that it stops, when interrupted. */
  readonly signsOfLife: Effect.Effect<never>
}>()("@cim-domain/service/Supervision") {
  /** Supervision by systemd, where that is wanted; otherwise nothing is said. */
  static readonly layer = (settings: Supervised): Layer.Layer<Supervision> =>
    Layer.provide(Supervision.layerNoDeps(settings), SystemdNotify.layer)

  /** {@link layer} that is given whom to tell. */
  static readonly layerNoDeps = (
    settings: Supervised
  ): Layer.Layer<Supervision, never, SystemdNotify> => Layer.effect(Supervision, make(settings))
}

/** Runs a program with signs of life beside it. */
export const supervised = <A, E, R>(program: Effect.Effect<A, E, R>): Effect.Effect<A, E, R | Supervision> =>
  Effect.flatMap(Supervision, ({ signsOfLife }) => Effect.raceFirst(program, signsOfLife))

const make = Effect.fnUntraced(function*(settings: Supervised) {
  const systemd = yield* SystemdNotify
  const beatMillis = Math.min(beatMillisMost, (systemd.watchdogMillis ?? Infinity) / 3)
  const bound = settings.commandTimeoutMillis + hangGraceMillis
  // When each command in flight was taken.
  const inFlight = new Ring<number>()
  const clock = yield* Clock.Clock
  const now = () => Number(clock.monotonicTimeNanosUnsafe() / 1_000_000n)
  let isReady = false

  const status = (text: string) => systemd.send(`STATUS=${text}`)

  const beat = Effect.gen(function*() {
    const oldest = inFlight.oldest()
    const age = oldest === undefined ? 0 : now() - oldest
    if (age > bound) {
      return yield* Effect.logError(
        `a command has been worked on for ${age} ms, ${bound} ms is the most: this is a hang`
      )
    }
    const extension = `EXTEND_TIMEOUT_USEC=${startExtensionMillis * 1_000}`
    yield* isReady ? systemd.send("WATCHDOG=1") : systemd.send("WATCHDOG=1", extension)
  })

  const signsOfLife = status(`waiting for the broker at ${settings.natsUrl.redacted}`).pipe(
    Effect.andThen(Effect.forever(Effect.andThen(beat, Effect.sleep(beatMillis)))),
    Effect.onInterrupt(() => systemd.send("STOPPING=1", "STATUS=stopping"))
  )

  return Supervision.of({
    command: () => {
      const number = inFlight.put(now())
      return () => void inFlight.take(number)
    },
    ready: Effect.suspend(() => {
      isReady = true
      return systemd.send("READY=1")
    }),
    status,
    signsOfLife: systemd.isWanted ? signsOfLife : Effect.never
  })
})
