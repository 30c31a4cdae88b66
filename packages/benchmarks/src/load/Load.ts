/** What a generator of load does. Goes to its process as JSON. */
export interface Load {
  readonly url: string
  /** Commands that are measured. */
  readonly commands: number
  /** Commands sent before. */
  readonly warmUp: number
  /** As many at a time, or at a fixed rate whatever the answers do. */
  readonly pace: { readonly inFlight: number } | { readonly perSecond: number }
  /**
   * Creations found the organizations one after the other, everything else needs them to be there. Repeated commands are
   * updates that took effect in the warm-up, each with the id that it had.
   */
  readonly kind: "create" | "update" | "mix" | "repeat"
  readonly organizations: number
  readonly spread: "uniform" | "zipf"
  /** Loads of one service have different ones, so that no command is sent twice. From 0 to 65535. */
  readonly series: number
}

/** What came of it. */
export interface LoadResult {
  readonly seconds: number
  /** Answers by `ok` or by the code of the failure. */
  readonly answers: Readonly<Record<string, number>>
  /** From sending, at a fixed rate from when sending was due, to a good answer, in microseconds. */
  readonly p50: number
  readonly p99: number
  readonly p999: number
  /** How late a command of a fixed rate was sent at worst, in microseconds: beyond a few thousand the load was not what was wanted. */
  readonly lateAtWorst: number
}
