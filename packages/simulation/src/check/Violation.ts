/**
 * What can be wrong with a history.
 *
 * - `lost`: a requester was told that events are stored, and they are not there as told.
 * - `doubled`: a command took effect twice, or an event id stands twice.
 * - `unsent`: an event of a command that nobody sent.
 * - `misplaced`: an event stands before something that had been acknowledged before its command was first sent.
 * - `undecided`: recorded events that the domain would not have decided at their place.
 * - `gap`: the versions of an organization do not count from 1.
 * - `unguarded`: an event was not stored on the condition that the one before it is the last.
 * - `stale`: an answer from a state older than what had been acknowledged before the question.
 * - `premature`: an answer from a state that had not begun when it came.
 * - `inexplicable`: an answer that the domain does not give at the version it names.
 * - `snapshot`: a stored snapshot is not the replay of its events.
 * - `unbacked`: something was accepted while there was no majority of the brokers to keep it.
 * - `died`: a replica ended by itself.
 * - `unrecovered`: something did not work again after healing.
 */
export type ViolationKind =
  | "lost"
  | "doubled"
  | "unsent"
  | "misplaced"
  | "undecided"
  | "gap"
  | "unguarded"
  | "stale"
  | "premature"
  | "inexplicable"
  | "snapshot"
  | "unbacked"
  | "died"
  | "unrecovered"

/** One thing that must not be, with what is needed to find it in the evidence. */
export interface Violation {
  readonly kind: ViolationKind
  readonly detail: string
  readonly organizationId?: string
  readonly commandId?: string
  readonly sequence?: number
}
