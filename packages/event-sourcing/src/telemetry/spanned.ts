import { Clock, Context, Effect, Exit, Tracer } from "effect"
import type { Ask } from "../store/HotPort.ts"

/** Asks in a span of whoever asks, with these attributes of what was asked and, when that is known, of the answer. */
export const spanned = <Request, Answer>(
  name: string,
  ask: Ask<Request, Answer>,
  attributesOf: (request: Request, answer: Answer | undefined) => Readonly<Record<string, unknown>>
): Ask<Request, Answer> =>
(request, services, onDone) => {
  const span = Effect.runSyncWith(services)(Effect.makeSpan(name))
  const end = (exit: Exit.Exit<Answer, unknown>) => {
    const attributes = attributesOf(request, Exit.isSuccess(exit) ? exit.value : undefined)
    for (const key in attributes) span.attribute(key, attributes[key])
    span.end(Context.get(services, Clock.Clock).currentTimeNanosUnsafe(), exit)
  }
  const giveUp = ask(request, Context.add(services, Tracer.ParentSpan, span), (exit) => {
    end(exit)
    onDone(exit)
  })
  return giveUp === undefined ? undefined : () => {
    giveUp()
    end(Exit.interrupt())
  }
}
