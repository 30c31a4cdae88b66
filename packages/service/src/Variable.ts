import type { Option } from "effect"

/** One environment variable: what it is called, what it means, what it accepts. */
export interface Variable<A> {
  readonly name: string
  readonly about: string
  /** What a value must look like, as the end of the sentence "accepted: …". */
  readonly accepted: string
  /** Used when the variable is unset or empty; none for a variable that may be missing. */
  readonly fallback: string | undefined
  readonly parse: (text: string) => Option.Option<A>
  /** What is said of a refused value, where it may hold a secret; others are repeated. */
  readonly describe?: (text: string) => string
}

/** A variable as it stands. */
export const variable = <A>(definition: Variable<A>): Variable<A> => definition
