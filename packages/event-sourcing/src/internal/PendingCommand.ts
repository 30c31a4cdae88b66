import { Context, type Exit, Tracer } from "effect"
import type { CommandToHandle, Outcome } from "../CommandHandler.ts"
import type { ConcurrencyExhausted } from "../ConcurrencyExhausted.ts"
import type { StoreError } from "../StoreError.ts"
import { traceparentOf } from "../TraceContext.ts"

/** What a requester waits for. */
export type Settlement<Rejection> = Exit.Exit<Outcome<Rejection>, StoreError | ConcurrencyExhausted>

/**
 * A command on its way: it waits in its line, is decided, and is over once: by its outcome, by its deadline, or because its
 * requester is gone.
 */
export class PendingCommand<Command, DecideContext, Rejection> {
  readonly request: CommandToHandle<Command, DecideContext>
  /** Services, log annotations and span of whoever asked. */
  readonly services: Context.Context<never>
  /** An append of its events was not answered, or a copy was being stored: they may be found. */
  mayBeStored = false
  /** The store was storing events with the same ids for somebody else, or for an earlier try: what is found is not known to be ours. */
  hasCopy = false
  isOver = false
  private readonly resume: (exit: Settlement<Rejection>) => void

  constructor(
    request: CommandToHandle<Command, DecideContext>,
    services: Context.Context<never>,
    resume: (exit: Settlement<Rejection>) => void
  ) {
    this.request = request
    this.services = services
    this.resume = resume
  }

  /** The trace that its events belong to, for the header `traceparent`. */
  get traceparent(): string | undefined {
    const span = Context.getOrUndefined(this.services, Tracer.ParentSpan)
    return span && traceparentOf(span)
  }

  /** Ends the wait, unless it is over already. */
  settle(exit: Settlement<Rejection>): void {
    if (this.isOver) return
    this.isOver = true
    this.resume(exit)
  }
}
