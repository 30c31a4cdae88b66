/** How much is measured. Ratios hardly depend on it, the confidence in them does. */
export interface Scale {
  /** Measurements of each load; contenders take turns, and the median counts. */
  readonly rounds: number
  /** Commands of one measurement in closed loop. */
  readonly commands: number
  /** Commands before a measurement, for the compilers of both contenders. */
  readonly warmUp: number
  /** Commands before a process counts as warm where that matters: its code is compiled, its heap has its size. */
  readonly settled: number
  /** Organizations where there are some. */
  readonly some: number
  /** Organizations where there are more than a replica remembers. */
  readonly many: number
  /** How long an open loop lasts. */
  readonly openLoopSeconds: number
  /** Events of others in the stream that is read from. */
  readonly otherEvents: number
  /** Lengths of the histories that are loaded cold. */
  readonly histories: ReadonlyArray<number>
  /** Events of the large organization. */
  readonly largeEvents: number
  /** Units of each kind in the large organization. */
  readonly largeUnits: number
  /** Starts of a replica. */
  readonly starts: number
}

/** As the targets are stated; some fifteen minutes. */
export const full: Scale = {
  rounds: 3,
  commands: 20_000,
  warmUp: 6_000,
  settled: 70_000,
  some: 1_000,
  many: 100_000,
  openLoopSeconds: 12,
  otherEvents: 1_000_000,
  histories: [0, 10, 100, 1_000, 100_000],
  largeEvents: 100_000,
  largeUnits: 10_000,
  starts: 10
}

/** Everything in two minutes. */
export const quick: Scale = {
  rounds: 1,
  commands: 5_000,
  warmUp: 3_000,
  settled: 20_000,
  some: 1_000,
  many: 12_000,
  openLoopSeconds: 2,
  otherEvents: 20_000,
  histories: [0, 100, 1_000],
  largeEvents: 24_000,
  largeUnits: 5_000,
  starts: 3
}
