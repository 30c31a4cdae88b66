import { Effect, Exit, type Fiber } from "effect"
import type { PendingCommand } from "./PendingCommand.ts"

/** Commands that are settled together, at most; the others go on waiting. */
const groupMax = 64

/** What a line needs to know of a command. */
type InLine = Pick<PendingCommand<unknown, unknown, never>, "isOver" | "services" | "settle"> & {
  readonly request: { readonly aggregateId: string }
}

interface Line<C> {
  waiting: Array<C>
  /** Those who are being settled, and by whom. */
  group: ReadonlyArray<C>
  settling: Fiber.Fiber<void> | undefined
}

/**
 * One line of commands for each aggregate. The first that comes is settled at once; those that come meanwhile wait, and are
 * settled together when their turn comes (group commit): so an aggregate that many want takes as many commands with an append
 * as come during one. Lines of different aggregates move on side by side.
 *
 * A group runs in a fiber of its own, with the services of its first command. Commands that are over by then are left out, and
 * once all of a group are, it is interrupted. A line is known only as long as somebody is in it.
 */
export class CommandLines<C extends InLine> {
  readonly #lines = new Map<string, Line<C>>()
  readonly #settle: (aggregateId: string, group: ReadonlyArray<C>) => Effect.Effect<void>
  readonly #groupFrom: number
  #isClosed = false

  /** Fewer than `groupFrom` that wait are settled one by one. */
  constructor(
    settle: (aggregateId: string, group: ReadonlyArray<C>) => Effect.Effect<void>,
    { groupFrom }: { readonly groupFrom: number }
  ) {
    this.#settle = settle
    this.#groupFrom = groupFrom
  }

  /** Puts a command at the end of the line of its aggregate. */
  enter(command: C): void {
    if (this.#isClosed) return command.settle(Exit.interrupt())
    const { aggregateId } = command.request
    const line = this.#lines.get(aggregateId)
    if (line !== undefined) {
      line.waiting.push(command)
      return
    }
    const opened: Line<C> = { waiting: [], group: [], settling: undefined }
    this.#lines.set(aggregateId, opened)
    this.#start(aggregateId, opened, [command])
  }

  /** Tells that a command is over: nobody needs the work on it any more. */
  leave({ request }: C): void {
    const line = this.#lines.get(request.aggregateId)
    if (line?.settling !== undefined && line.group.every(({ isOver }) => isOver)) line.settling.interruptUnsafe()
  }

  /** Ends all work; commands are interrupted. */
  close(): void {
    this.#isClosed = true
    for (const { settling, waiting } of this.#lines.values()) {
      for (const command of waiting) command.settle(Exit.interrupt())
      settling?.interruptUnsafe()
    }
  }

  #start(aggregateId: string, line: Line<C>, group: readonly [C, ...ReadonlyArray<C>]): void {
    line.group = group
    line.settling = undefined
    const fiber = Effect.runForkWith(group[0].services)(this.#settle(aggregateId, group))
    line.settling = fiber
    fiber.addObserver((exit) => {
      // Without an answer it was interrupted, or died.
      if (Exit.isFailure(exit)) { for (const command of group) command.settle(Exit.failCause(exit.cause)) }
      this.#next(aggregateId, line)
    })
  }

  #next(aggregateId: string, line: Line<C>): void {
    line.waiting = line.waiting.filter(({ isOver }) => !isOver)
    const [first, ...others] = line.waiting.splice(0, line.waiting.length < this.#groupFrom ? 1 : groupMax)
    if (first === undefined) this.#lines.delete(aggregateId)
    else this.#start(aggregateId, line, [first, ...others])
  }
}
