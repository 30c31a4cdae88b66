import { deriveId } from "./memory/deriveId.ts"

/** Whether `actor` (`null` when unknown) may do `action`, the type of a command, to an aggregate. */
export type Policy = (actor: string | null, action: string, aggregateId: string) => boolean

/** Everything that deciding needs beside state and command. */
export interface DecideContext<Limits = object> {
  /** The current time in milliseconds since 1970. */
  readonly now: number
  /** Bounds of the domain that an operator may choose. */
  readonly limits: Limits
  /** Absent: everybody may do everything. */
  readonly policy?: Policy
  /** The id for a purpose within the command; the same purpose always gets the same id. */
  readonly id: (slot: string) => string
}

/** What {@link makeContext} is told. */
export interface ContextOptions<Limits> {
  /** The name of the domain, for its ids. */
  readonly name: string
  readonly commandId: string
  readonly now: number
  readonly limits: Limits
  readonly policy?: Policy | undefined
}

/** A context whose ids follow from the id of the command. */
export const makeContext = <Limits>(
  { commandId, limits, name, now, policy }: ContextOptions<Limits>
): DecideContext<Limits> => ({
  now,
  limits,
  ...(policy === undefined ? {} : { policy }),
  id: (slot) => deriveId(name, commandId, slot)
})
