import { deriveId } from "./deriveId.ts"
import type { OrganizationId } from "./Identifiers.ts"
import type { CommandType } from "./OrganizationCommand.ts"
import { depthMax } from "./state/Forest.ts"

/** Bounds of the domain that an operator may choose. */
export interface Limits {
  /** How far in the future an effective date may lie, in milliseconds; clocks differ. */
  readonly effectiveDateToleranceMillis: number
  /** How many levels departments, reporting lines and facilities may each have; never more than {@link depthMax}. */
  readonly depth: number
  /** How many live units of each kind there may be. */
  readonly unitsPerKind: number
  /** How many child organizations there may be. */
  readonly children: number
  /** How large an organization may be with all that belongs to it, in bytes as `bytesOf.ts` counts them. */
  readonly organizationBytes: number
}

/** The bounds that hold when nobody chooses others. */
export const defaultLimits: Limits = {
  effectiveDateToleranceMillis: 5 * 60 * 1000,
  depth: 32,
  unitsPerKind: 10_000,
  children: 1000,
  organizationBytes: 8 * 1024 * 1024
}

/** Whether `actor` (`null` when unknown) may do `action` to an organization. */
export type Policy = (actor: string | null, action: CommandType, organizationId: OrganizationId) => boolean

/** Everything that deciding needs beside state and command. */
export interface DecideContext {
  /** The current time in milliseconds since 1970. */
  readonly now: number
  readonly limits: Limits
  /** Absent: everybody may do everything. */
  readonly policy?: Policy
  /** The id for a purpose within the command; the same purpose always gets the same id. */
  readonly id: (slot: string) => string
}

/** A context whose ids follow from the id of the command. A depth beyond {@link depthMax} becomes that one. */
export const makeContext = (options: {
  readonly commandId: string
  readonly now: number
  readonly limits?: Partial<Limits>
  readonly policy?: Policy
}): DecideContext => ({
  now: options.now,
  limits: options.limits === undefined ? defaultLimits : {
    ...defaultLimits,
    ...options.limits,
    depth: Math.min(options.limits.depth ?? defaultLimits.depth, depthMax)
  },
  ...(options.policy === undefined ? {} : { policy: options.policy }),
  id: (slot) => deriveId(options.commandId, slot)
})
