import { HashMap, HashSet } from "effect"
import type { OrganizationState } from "../OrganizationState.ts"

/** Remembered commands that take as much memory as one other record. */
export const commandsOfARecord = 8

/**
 * How many records a state holds, retired units included, and remembered commands by what they take: what its memory grows
 * with, roughly 0.6 KiB for each. Costs nothing to find out.
 */
export const recordsOf = (state: OrganizationState): number =>
  1 + HashMap.size(state.departments) + HashMap.size(state.teams) + HashMap.size(state.roles) +
  HashMap.size(state.facilities) + HashSet.size(state.removed_facility_ids) + HashMap.size(state.children) +
  HashMap.size(state.absorbed) + Math.ceil(state.recent_commands.count / commandsOfARecord)
