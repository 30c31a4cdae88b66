import { Context } from "effect"
import type { Input, Line } from "./Line.ts"

/** Is told of each transition, before what it put out is done: for whoever wants to know which ways commands take. */
export type OnTransition = (
  before: Line<unknown, unknown, unknown, unknown>,
  input: Input<unknown, unknown>,
  after: Line<unknown, unknown, unknown, unknown>
) => void

/** Who watches the lines of a command handler; by default nobody. */
export const LineWatch = Context.Reference<OnTransition | undefined>("@cim-domain/event-sourcing/line/LineWatch", {
  defaultValue: () => undefined
})
