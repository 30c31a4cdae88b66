import { depthMax } from "../units/Forest.ts"

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

/** All limits, those that are not chosen as they are by default. A depth beyond {@link depthMax} becomes that one. */
export const limitsOf = (chosen: Partial<Limits>): Limits => ({
  ...defaultLimits,
  ...chosen,
  depth: Math.min(chosen.depth ?? defaultLimits.depth, depthMax)
})
