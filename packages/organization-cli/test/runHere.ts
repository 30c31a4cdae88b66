import type { Run } from "@cim-domain/testbed/runProgram"
import { ConfigProvider, Effect, Fiber, Layer } from "effect"
import { makeCliRuntime } from "../src/makeCliRuntime.ts"
import { type Losses, Output } from "../src/output/Output.ts"
import { runCli } from "../src/runCli.ts"

/**
 * Runs the CLI as a shell would, but in this process, which costs a hundredth of starting one;
 * `interruption` is Ctrl-C, and
 * `onError` hears standard error line by line; `losses` is what could not be written, from the beginning.
 */
export const runHere = (
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>>,
  services: Layer.Layer<never> = Layer.empty,
  interruption: Effect.Effect<void> = Effect.never,
  onError: (line: string) => void = () => undefined,
  losses: Losses = { stdout: undefined, stderr: undefined }
): Effect.Effect<Run> =>
  Effect.gen(function*() {
    const { servicesOver, teardown } = makeCliRuntime()
    const written = { stdout: "", stderr: "" }
    const output = Layer.succeed(Output, {
      write: (channel, text) => {
        written[channel] += text
        if (channel === "stderr") onError(text.replace(/\n$/, ""))
      },
      losses: Effect.succeed(losses)
    })
    const fiber = yield* runCli(args).pipe(
      Effect.provide(Layer.provideMerge(services, servicesOver(output))),
      Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnv({ env })),
      Effect.forkChild
    )
    yield* Effect.forkChild(Effect.andThen(interruption, Fiber.interrupt(fiber)))
    const exit = yield* Fiber.await(fiber)
    let code = -1
    teardown(exit, (ended) => code = ended)
    return { code, out: written.stdout.replace(/\n$/, ""), err: written.stderr.replace(/\n$/, "") }
  })
