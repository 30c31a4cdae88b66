import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Cause, Effect, Exit, Layer, Option, Runtime } from "effect"
import { brokerStores } from "./brokerStores.ts"
import { logging } from "./Logging.ts"
import { serve } from "./serve.ts"
import { readSettings } from "./Settings.ts"
import { supervised, Supervision } from "./Supervision.ts"
import { telemetry } from "./Telemetry.ts"

const main = Effect.gen(function*() {
  const settings = yield* readSettings
  yield* serve(settings).pipe(
    Effect.provide(brokerStores(settings)),
    supervised,
    Effect.provide(Layer.merge(Supervision.layer(settings), telemetry(settings))),
    Effect.tapCause((cause) => Cause.hasInterruptsOnly(cause) ? Effect.void : Effect.logFatal(inWords(cause))),
    Effect.provide(logging(settings.logLevel))
  )
}).pipe(
  Effect.catchTag(
    "BadSettings",
    (error) => Effect.andThen(Effect.forEach(error.lines, (line) => Effect.logFatal(line)), Effect.fail(error))
  ),
  Effect.provide(logging("Info"))
)

/** A failure by its message; a defect with all there is, because somebody has to mend it. */
const inWords = (cause: Cause.Cause<Error>): string =>
  Option.match(Cause.findErrorOption(cause), { onNone: () => Cause.pretty(cause), onSome: (error) => error.message })

/** A stop that was asked for is a success. What else ends the replica has been logged. */
const teardown: Runtime.Teardown = (exit, done) =>
  Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause) ? done(0) : Runtime.defaultTeardown(exit, done)

NodeRuntime.runMain(main, { teardown, disableErrorReporting: true })
