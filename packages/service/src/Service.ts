import type { AnyAggregate } from "@cim-domain/commands/Aggregate"
import { CompiledSchemas } from "@cim-domain/event-sourcing/CompiledSchemas"
import { Cause, Effect, Layer, Option } from "effect"
import process from "node:process"
import { answerToArguments } from "./answerToArguments.ts"
import { brokerStores } from "./brokerStores.ts"
import { logging } from "./logging.ts"
import { makeProgram, type Program, type ServiceOptions } from "./Program.ts"
import { runReplica } from "./runReplica.ts"
import { serve } from "./serve.ts"
import { type BadSettings, readSettings } from "./Settings.ts"
import { supervised, Supervision } from "./Supervision.ts"
import { telemetry } from "./telemetry.ts"

/**
 * A replica of the service of a domain, for programs that do more than this: it connects, serves until it is interrupted, and
 * drains then. Several of them, of one domain or of several, may run in one process. Settings come from the `ConfigProvider`, by
 * default the environment; give each its own where they must differ.
 *
 * Fails with `BadSettings`, as the connection and the streams do, and when it cannot go on: whoever runs it knows.
 *
 * ```ts
 * Effect.all([Service.run(Person), Service.run(Organization)], { concurrency: "unbounded" })
 * ```
 */
export const run = (aggregate: AnyAggregate, options: ServiceOptions = {}) => {
  const program = makeProgram(aggregate, options)
  return Effect.flatMap(readSettings(program), (settings) =>
    serve(program, settings).pipe(
      Effect.provide(Layer.merge(brokerStores(program, settings), Supervision.layer(settings)))
    ))
}

/**
 * As {@link run}, in the background for as long as a layer lives, for tests and for programs that can do without it: the layer
 * fails as the connection and the streams do, but a replica that cannot go on later only says so in the log.
 *
 * ```ts
 * Layer.provide(tests, Layer.merge(Service.layer(Person), Service.layer(Organization)))
 * ```
 */
export const layer = (aggregate: AnyAggregate, options: ServiceOptions = {}) => {
  const program = makeProgram(aggregate, options)
  return Layer.unwrap(
    Effect.map(
      readSettings(program),
      (settings) =>
        Layer.effectDiscard(Effect.forkScoped(Effect.tapCause(serve(program, settings), saidWhy))).pipe(
          Layer.provide(brokerStores(program, settings)),
          Layer.provide(Supervision.layer(settings))
        )
    )
  )
}

/** What ends a replica, unless it was told to stop. */
const saidWhy = (cause: Cause.Cause<Error>) =>
  Cause.hasInterruptsOnly(cause) ? Effect.void : Effect.logFatal(inWords(cause))

const main = (program: Program) =>
  Effect.gen(function*() {
    const settings = yield* readSettings(program)
    yield* sayIfSlow.pipe(
      Effect.andThen(serve(program, settings)),
      Effect.provide(brokerStores(program, settings)),
      supervised,
      Effect.provide(Layer.merge(Supervision.layer(settings), telemetry(program.name, settings))),
      Effect.tapCause(saidWhy),
      Effect.provide(logging(settings.logLevel))
    )
  }).pipe(
    Effect.catchTag(
      "BadSettings",
      (error: BadSettings) =>
        Effect.andThen(Effect.forEach(error.lines, (line) => Effect.logFatal(line)), Effect.fail(error))
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

/**
 * Runs a replica as the program of this process: settings from the environment, a log on standard output, signals, systemd,
 * a collector if there is one; `--help` and `--version`. Ends the process.
 *
 * ```ts
 * Service.runMain(Person)
 * ```
 */
export const runMain = (aggregate: AnyAggregate, options: ServiceOptions = {}): void => {
  const program = makeProgram(aggregate, options)
  const answer = answerToArguments(program, process.argv.slice(2))
  // What ends the replica has been logged.
  if (answer === undefined) return runReplica(main(program), { disableErrorReporting: true })
  const stream = answer.code === 0 ? process.stdout : process.stderr
  process.exitCode = answer.code
  // Whoever has read enough has been answered.
  stream.on("error", (error) => {
    if (!("code" in error && error.code === "EPIPE")) process.exitCode = 1
  })
  stream.write(`${answer.text}\n`)
}
