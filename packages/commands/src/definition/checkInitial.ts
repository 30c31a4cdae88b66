import type { StateCodec } from "@cim-domain/event-sourcing/Aggregate"
import { Result } from "effect"
import { refusalOf } from "./checkFields.ts"
import { DefinitionError } from "./DefinitionError.ts"

/** Throws `DefinitionError` for a first state that could not be stored, or not be read again. */
export const checkInitial = <State>(name: string, { decode, encode }: StateCodec<State>, initial: State): void => {
  let stored = ""
  const why = refusalOf(() => {
    stored = encode(initial)
  })
  if (why !== undefined) throw new DefinitionError(name, [`its initial state cannot be stored: ${why}`])
  const read = decode(stored)
  if (Result.isFailure(read)) {
    throw new DefinitionError(name, [`its initial state cannot be read again: ${read.failure}`])
  }
}
