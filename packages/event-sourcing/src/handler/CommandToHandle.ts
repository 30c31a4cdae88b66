import type { Exit } from "effect"
import type { Outcome } from "../line/Line.ts"
import type { StoreError } from "../store/StoreError.ts"
import type { ConcurrencyExhausted } from "./ConcurrencyExhausted.ts"

/** A command for one aggregate. With `dryRun` it is decided, and nothing is stored. */
export interface CommandToHandle<Command, Context> {
  readonly aggregateId: string
  readonly command: Command
  readonly context: Context
  readonly dryRun: boolean
}

/** How a command ends for whoever sent it. */
export type Settlement<Rejection> = Exit.Exit<Outcome<Rejection>, StoreError | ConcurrencyExhausted>
