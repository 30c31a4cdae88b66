/** What the cold loader does. Goes to its process as JSON. */
export interface ColdLoads {
  readonly url: string
  readonly otherEvents: number
  readonly histories: ReadonlyArray<number>
}

/** Events between two snapshots. */
export const snapshotEvery = 100

/** Events behind a snapshot: none, so that it is current, some, and as many as there are on average. */
export const tails: ReadonlyArray<number> = [0, 16, snapshotEvery / 2]

/** The length of the histories that are also loaded before the stream is as long as it will be. */
export const comparedEvents = 1_000

/** How long it took to load, in microseconds, each the median of several loads. */
export interface ColdLoadTimes {
  /** Events in the stream while it was measured. */
  readonly streamEvents: number
  readonly directGet: number
  readonly loads: ReadonlyArray<ColdLoadTime>
}

/** One kind of history. */
export interface ColdLoadTime {
  readonly events: number
  /** Events behind its snapshot; `undefined` when it has none. */
  readonly tail?: number
  readonly micros: number
}

/** What came of it. */
export interface ColdLoadResult {
  /** In a stream with a tenth of the events of others, and with all. */
  readonly times: readonly [few: ColdLoadTimes, many: ColdLoadTimes]
  /** The longest history: how fast it is loaded, and how fast the client alone reads its messages. */
  readonly longest: { readonly loadedPerSecond: number; readonly readPerSecond: number }
  /** Size of a snapshot of a small organization as it is stored. */
  readonly snapshotBytes: number
}
