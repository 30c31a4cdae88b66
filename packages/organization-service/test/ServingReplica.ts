import { Effect, Schedule } from "effect"
import { type ReplicaProcess, startReplica } from "./ReplicaProcess.ts"

/** Starts a replica that gives up on a command soon, and waits until it serves. */
export const serving = Effect.fnUntraced(function*(env: Readonly<Record<string, string>>) {
  const replica = yield* startReplica({ COMMAND_TIMEOUT_MS: "1000", ...env })
  yield* replica.logged("ready")
  return replica
})

/** How many lines of the log contain this. */
export const timesSaid = (replica: ReplicaProcess, text: string): number =>
  replica.log().filter(({ message }) => String(message).includes(text)).length

/** Waits until it has logged this so many times. Dies with the whole log after 20 seconds. */
export const says = (replica: ReplicaProcess, text: string, count = 1): Effect.Effect<void> =>
  Effect.suspend(() => timesSaid(replica, text) >= count ? Effect.void : Effect.fail("not yet")).pipe(
    Effect.retry(Schedule.spaced("10 millis").pipe(Schedule.upTo({ duration: "20 seconds" }))),
    Effect.catch(() =>
      Effect.die(new Error(`no ${count} x "${text}" in ${JSON.stringify(replica.log(), undefined, 1)}`))
    )
  )
