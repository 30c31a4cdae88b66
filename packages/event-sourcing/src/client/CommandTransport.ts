import { Context, type Duration, Effect, Layer } from "effect"
import { TransportError, Unanswered } from "./TransportError.ts"

/** A command on its way to whoever carries it out. */
export interface CommandToSend {
  readonly subject: string
  /** Values are one line of printable ASCII. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Says that two messages are one command; it stands in the body or the headers as well, where the receiver looks. */
  readonly commandId: string
}

/**
 * Port: sends a command once and waits for its answer.
 *
 * Gives the body of the answer, whatever it says. Fails with `Unanswered` when none came within `timeout`. Retries
 * nothing: that is for `makeCommandClient`, which knows what is safe.
 */
export class CommandTransport extends Context.Service<CommandTransport, {
  readonly request: (command: CommandToSend, timeout: Duration.Duration) => Effect.Effect<string, TransportError>
}>()("@cim-domain/event-sourcing/client/CommandTransport") {
  /** Hands commands to a function in this process, for tests of those who send them. */
  static readonly layerMemory = (
    answer: (command: CommandToSend) => Effect.Effect<string, TransportError>
  ): Layer.Layer<CommandTransport> =>
    Layer.succeed(CommandTransport, {
      request: (command, timeout) =>
        Effect.timeoutOrElse(Effect.suspend(() => answer(command)), {
          duration: timeout,
          orElse: () => new TransportError({ reason: new Unanswered({ detail: "timeout" }) })
        })
    })
}
