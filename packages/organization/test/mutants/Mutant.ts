/** A deliberate fault: in `file` (below `packages`), the one place that reads `find` reads `replace` instead. */
export interface Mutant {
  readonly file: string
  readonly find: string
  readonly replace: string
  /** What goes wrong with it. */
  readonly why: string
}
