import { CompiledSchemas } from "@cim-domain/event-sourcing/CompiledSchemas"
import { Cause, Effect, Layer, Option } from "effect"
import process from "node:process"
import { answerToArguments } from "./answerToArguments.ts"
import { brokerStores } from "./brokerStores.ts"
import { logging } from "./Logging.ts"
import { runReplica } from "./runReplica.ts"
import { serve } from "./serve.ts"
import { readSettings } from "./Settings.ts"
import { supervised, Supervision } from "./Supervision.ts"
import { telemetry } from "./Telemetry.ts"

const main = Effect.gen(function*() {
  const settings = yield* readSettings
  yield* sayIfSlow.pipe(
    Effect.andThen(serve(settings)),
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

/** Nothing else is different; but whoever looks for the reason of a busy processor should find it. */
const sayIfSlow = Effect.when(
  Effect.logInfo("text may not become code in this process: messages are read and written more slowly"),
  Effect.succeed(!CompiledSchemas.generatesCode)
)

/** A failure by its message; a defect with all there is, because somebody has to mend it. */
const inWords = (cause: Cause.Cause<Error>): string =>
  Option.match(Cause.findErrorOption(cause), { onNone: () => Cause.pretty(cause), onSome: (error) => error.message })

const answer = answerToArguments(process.argv.slice(2))
if (answer === undefined) {
  // What ends the replica has been logged.
  runReplica(main, { disableErrorReporting: true })
} else {
  const stream = answer.code === 0 ? process.stdout : process.stderr
  process.exitCode = answer.code
  // Whoever has read enough has been answered.
  stream.on("error", (error) => {
    if (!("code" in error && error.code === "EPIPE")) process.exitCode = 1
  })
  stream.write(`${answer.text}\n`)
}
