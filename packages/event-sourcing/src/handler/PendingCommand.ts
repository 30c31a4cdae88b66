import { Context, Exit, Tracer } from "effect"
import type { Answer, Unsettled } from "../line/Line.ts"
import type { DrivenRequest } from "../line/LineDriver.ts"
import { EventIdTaken, StoreError, StoreUnavailable } from "../store/StoreError.ts"
import { traceparentOf } from "../telemetry/TraceContext.ts"
import type { CommandToHandle, Settlement } from "./CommandToHandle.ts"
import { ConcurrencyExhausted } from "./ConcurrencyExhausted.ts"

/** A command between its arrival and its answer. */
export class PendingCommand<Command, DecideContext, Rejection> implements DrivenRequest {
  readonly aggregateId: string
  readonly command: Command
  readonly context: DecideContext
  readonly dryRun: boolean
  /** Services, log annotations and span of whoever sent it. */
  readonly services: Context.Context<never>
  readonly #onSettled: (exit: Settlement<Rejection>) => void
  /** Its number among the deadlines. */
  deadline = -1

  constructor(
    { aggregateId, command, context, dryRun }: CommandToHandle<Command, DecideContext>,
    services: Context.Context<never>,
    onSettled: (exit: Settlement<Rejection>) => void
  ) {
    this.aggregateId = aggregateId
    this.command = command
    this.context = context
    this.dryRun = dryRun
    this.services = services
    this.#onSettled = onSettled
  }

  get traceparent(): string | undefined {
    const span = Context.getOrUndefined(this.services, Tracer.ParentSpan)
    return span && traceparentOf(span)
  }

  /** Tells whoever sent it; `timeout` is what a command may take, in words. */
  settle(answer: Answer<Rejection>, timeout: string): void {
    this.#onSettled("mayBeStored" in answer ? exitOf(answer, this.aggregateId, timeout) : Exit.succeed(answer))
  }
}

const exitOf = (
  answer: Unsettled & { readonly mayBeStored: boolean },
  aggregateId: string,
  timeout: string
): Settlement<never> => {
  const { mayBeStored } = answer
  switch (answer._tag) {
    case "Late":
      return failed(new StoreUnavailable({ detail: `no answer within ${timeout}` }), mayBeStored)
    case "Closed":
      return Exit.interrupt()
    case "Exhausted":
      return Exit.fail(new ConcurrencyExhausted({ attempts: answer.attempts }))
    case "IdTaken":
      return failed(new EventIdTaken({ aggregateId }), mayBeStored)
    case "Failed":
      return answer.error instanceof StoreError
        ? failed(answer.error.reason, mayBeStored)
        : died(answer.error, mayBeStored)
    case "Died":
      return died(answer.defect, mayBeStored)
  }
}

/** A mistake is nobody's last word on a command whose events may be stored. */
const died = (defect: unknown, mayBeStored: boolean): Settlement<never> =>
  mayBeStored ? failed(new StoreUnavailable({ detail: `a defect: ${String(defect)}` }), true) : Exit.die(defect)

const failed = (reason: StoreError["reason"], mayBeStored: boolean) =>
  Exit.fail(new StoreError(mayBeStored ? { reason, mayBeStored: true } : { reason }))
