/**
 * What can be wrong with a history.
 *
 * - `lost`: a requester was told that events are stored, and they are not there as told.
 * - `doubled`: a command took effect twice, or an event id stands twice.
 * - `unsent`: an event of a command that nobody sent.
 * - `misplaced`: an event stands before something that had been acknowledged before its command was first sent.
 * - `disowned`: an event that no sending of its command can have led to: each was told that it did not.
 * - `undecided`: an event that the specification does not give at its place, to the letter.
 * - `mislabelled`: a subject or header of an event is not as it must be.
 * - `untimely`: an event says that it occurred before its command was sent, after it was acknowledged, or before the event before it.
 * - `gap`: the versions of an organization do not count from 1.
 * - `unguarded`: an event was not stored on the condition that the one before it is the last.
 * - `torn`: of an atomic batch only a part is there.
 * - `drifted`: the state that the service makes of its events is another one than the specification says: an event changed what it
 *   is not about, or did not change what it is.
 * - `stale`: an answer from a state older than what had been acknowledged before the question.
 * - `premature`: an answer from a state that had not begun when it came.
 * - `inexplicable`: an answer that the specification does not give at the version it names, in any of its fields or headers.
 * - `repeated`: a request was answered more than once.
 * - `silent`: a request was not answered, or only with "try again", though nothing was disturbed.
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
  | "disowned"
  | "undecided"
  | "mislabelled"
  | "untimely"
  | "gap"
  | "unguarded"
  | "torn"
  | "drifted"
  | "stale"
  | "premature"
  | "inexplicable"
  | "repeated"
  | "silent"
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
