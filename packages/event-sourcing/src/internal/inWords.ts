import { Cause, Option } from "effect"

/** A failure by its message; a mistake of the program with all there is. */
export const inWords = (cause: Cause.Cause<unknown>): string => {
  const error = Option.getOrUndefined(Cause.findErrorOption(cause))
  return error instanceof Error ? error.message : Cause.pretty(cause)
}
