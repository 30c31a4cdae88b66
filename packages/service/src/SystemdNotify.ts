import { Config, Context, Effect, Layer, Option, Semaphore } from "effect"
import { execFile } from "node:child_process"
import process from "node:process"

/** Longest time for one message to be handed over, in milliseconds; after that it is given up. */
const sendTimeoutMillis = 5_000

/**
 * Tells systemd how the replica is, by the protocol of sd_notify(3). Says nothing unless systemd asked for it by
 * `NOTIFY_SOCKET`.
 *
 * Node cannot write to a datagram socket of the Unix kind, so systemd's own program `systemd-notify` does, which takes about
 * 10 ms; the unit needs `NotifyAccess=all` and that program on its `PATH`.
 */
export class SystemdNotify extends Context.Service<SystemdNotify, {
  /** Whether anybody listens. */
  readonly isWanted: boolean
  /** The time within which `WATCHDOG=1` is expected again, in milliseconds; none where systemd does not watch. */
  readonly watchdogMillis: number | undefined
  /** Sends assignments such as `READY=1`, in the order of the calls. Never fails: what does not arrive is logged. */
  readonly send: (...assignments: ReadonlyArray<string>) => Effect.Effect<void>
}>()("@cim-domain/service/SystemdNotify") {
  /** Reads `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`, which systemd sets. */
  static readonly layer: Layer.Layer<SystemdNotify> = Layer.effect(
    SystemdNotify,
    Effect.suspend(() => make)
  )
}

const make = Effect.gen(function*() {
  const read = (name: string) => Effect.orDie(Effect.map(Config.option(Config.String(name)), Option.getOrUndefined))
  const socket = yield* read("NOTIFY_SOCKET")
  const watchdogMicros = Number(yield* read("WATCHDOG_USEC"))
  const watched = yield* read("WATCHDOG_PID")
  // The variables of another process, inherited: its affairs are not ours.
  const isMeant = watched === undefined || watched === String(process.pid)
  const isWanted = socket !== undefined && socket !== "" && isMeant
  const oneAtATime = yield* Semaphore.make(1)
  let isFailing = false

  const send = (...assignments: ReadonlyArray<string>) =>
    oneAtATime.withPermit(Effect.flatMap(run(assignments), (error) => {
      const wasFailing = isFailing
      isFailing = error !== null
      if (wasFailing === isFailing) return Effect.void
      return error === null
        ? Effect.logInfo("systemd can be told again")
        : Effect.logError(`systemd could not be told ${assignments[0]}: ${error.message.trim()}`)
    }))

  return SystemdNotify.of({
    isWanted,
    watchdogMillis: isWanted && watchdogMicros > 0 ? watchdogMicros / 1_000 : undefined,
    send: isWanted ? send : () => Effect.void
  })
})

const run = (assignments: ReadonlyArray<string>) =>
  Effect.callback<Error | null>((resume) => {
    try {
      execFile("systemd-notify", assignments, { timeout: sendTimeoutMillis }, (error) => resume(Effect.succeed(error)))
    } catch (error) {
      // Without memory for another process, for example.
      resume(Effect.succeed(error instanceof Error ? error : new Error(String(error))))
    }
  })
