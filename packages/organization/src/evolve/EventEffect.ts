import type { OrganizationState } from "../OrganizationState.ts"

/** What an event does to the state: the parts that change, or in words why it cannot apply. */
export type EventEffect = AppliedEvent | string

/** An event that applies, perhaps without some of what it says. */
export interface AppliedEvent {
  readonly changes: Partial<OrganizationState>
  /** In words, what of the event does not fit and was left out. */
  readonly ignored: ReadonlyArray<string>
}

/** The effect of an event that applies. */
export const applied = (
  changes: Partial<OrganizationState>,
  ...ignored: ReadonlyArray<ReadonlyArray<string>>
): AppliedEvent => ({ changes, ignored: ignored.flat() })
