/** What a figure is held against. */
export interface Yardstick {
  readonly name: string
  /** In the unit of the figure. */
  readonly value: number
}

/** What a figure should be: of its value, or of its ratio to the yardstick. */
export interface Target {
  readonly of: "value" | "ratio"
  readonly atLeast?: number
  readonly atMost?: number
}

/** One measured number. */
export interface Figure {
  /** Names it in tables and in baselines: the same words for the same thing at every scale. */
  readonly name: string
  readonly value: number
  /** For example `commands/s`, `µs CPU`, `ms`, `MB`. */
  readonly unit: string
  readonly yardstick?: Yardstick
  readonly target?: Target
}

/** How many times the yardstick a figure is. */
export const ratioOf = ({ value, yardstick }: Figure): number | undefined =>
  yardstick === undefined || yardstick.value === 0 ? undefined : value / yardstick.value

/** Whether a figure is what it should be; `undefined` when nobody said. */
export const isMet = (figure: Figure): boolean | undefined => {
  const { target } = figure
  const reached = target?.of === "ratio" ? ratioOf(figure) : figure.value
  if (target === undefined || reached === undefined) return undefined
  return reached >= (target.atLeast ?? -Infinity) && reached <= (target.atMost ?? Infinity)
}

/** The middle of several measurements of one thing. */
export const median = (values: ReadonlyArray<number>): number => {
  const sorted = values.toSorted((left, right) => left - right)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
