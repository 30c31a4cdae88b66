import { ConfigProvider, Console, Effect, Fiber, Layer } from "effect"
import { Command } from "effect/cli"
import { cliRuntime } from "../src/cliRuntime.ts"
import { organizationCli } from "../src/organizationCli.ts"

/** What a run of the CLI left behind. */
export interface Run {
  readonly code: number
  readonly out: string
  readonly err: string
}

/**
 * Runs the CLI as a shell would, but in this process, which costs a hundredth of starting one;
 * `interruption` is Ctrl-C, and
 * `onError` hears standard error line by line.
 */
export const runHere = (
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>>,
  services: Layer.Layer<never> = Layer.empty,
  interruption: Effect.Effect<void> = Effect.never,
  onError: (line: string) => void = () => undefined
): Effect.Effect<Run> =>
  Effect.gen(function*() {
    const lines: { readonly out: Array<string>; readonly err: Array<string> } = { out: [], err: [] }
    const captured: Console.Console = Object.assign(Object.create(console) as Console.Console, {
      log: (...values: ReadonlyArray<unknown>) => lines.out.push(values.join(" ")),
      error: (...values: ReadonlyArray<unknown>) => {
        lines.err.push(values.join(" "))
        onError(values.join(" "))
      }
    })
    const fiber = yield* Command.runWith(organizationCli, { version: "0" })(args).pipe(
      Effect.provide(Layer.provideMerge(services, cliRuntime.services)),
      Effect.provideService(Console.Console, captured),
      Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnv({ env })),
      Effect.forkChild
    )
    yield* Effect.forkChild(Effect.andThen(interruption, Fiber.interrupt(fiber)))
    const exit = yield* Fiber.await(fiber)
    let code = -1
    cliRuntime.teardown(exit, (ended) => code = ended)
    return { code, out: lines.out.join("\n"), err: lines.err.join("\n") }
  })
