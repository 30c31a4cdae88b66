import { Schema } from "effect"
import type { Figure } from "./Figure.ts"

const Bound = Schema.optionalKey(Schema.Finite)

const FigureSchema = Schema.Struct({
  name: Schema.String,
  value: Schema.Finite,
  unit: Schema.String,
  yardstick: Schema.optionalKey(Schema.Struct({ name: Schema.String, value: Schema.Finite })),
  target: Schema.optionalKey(
    Schema.Struct({ of: Schema.Literals(["value", "ratio"]), atLeast: Bound, atMost: Bound })
  )
})

/** What a run measured, and on what. */
export const Report = Schema.Struct({
  /** When the run began. */
  at: Schema.String,
  scale: Schema.Literals(["full", "quick", "tiny"]),
  machine: Schema.Struct({
    processor: Schema.String,
    cores: Schema.Int,
    memoryGigabytes: Schema.Finite,
    system: Schema.String,
    node: Schema.String
  }),
  benchmarks: Schema.Array(Schema.Struct({
    name: Schema.String,
    about: Schema.String,
    seconds: Schema.Finite,
    figures: Schema.Array(FigureSchema)
  }))
})
export type Report = typeof Report.Type

/** Reads and writes reports as JSON text. */
export const ReportJson = Schema.fromJsonString(Report)

/** All figures of a report by name. */
export const figuresOf = (report: Report): ReadonlyMap<string, Figure> =>
  new Map(report.benchmarks.flatMap(({ figures }) => figures.map((figure) => [figure.name, figure])))
