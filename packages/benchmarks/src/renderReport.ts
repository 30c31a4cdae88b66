import { type Figure, isMet, ratioOf, type Target } from "./Figure.ts"
import { figuresOf, type Report } from "./Report.ts"

type Row = readonly [
  name: string,
  value: string,
  unit: string,
  yardstick: string,
  ratio: string,
  was: string,
  target: string
]

const heading: Row = ["", "measured", "", "yardstick", "ratio", "baseline", "target"]

/** A report as a table, each figure beside its yardstick, its target, and what it was in `baseline`. */
export const renderReport = (report: Report, baseline: Report | undefined): string => {
  const known = baseline === undefined ? new Map<string, Figure>() : figuresOf(baseline)
  const sections = report.benchmarks.map(({ about, figures, name, seconds }) => ({
    title: `${name}: ${about} (${seconds.toFixed(0)} s)`,
    rows: figures.map((figure): Row => [
      figure.name,
      amount(figure.value),
      figure.unit,
      figure.yardstick === undefined ? "" : `${amount(figure.yardstick.value)} ${figure.yardstick.name}`,
      ratioText(figure),
      wasText(figure, known.get(figure.name)),
      targetText(figure)
    ])
  }))
  const rows = [heading, ...sections.flatMap((section) => section.rows)]
  const widths = heading.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const line = (row: Row) =>
    row.map((cell, column) => isNumber(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!))
      .join("  ").trimEnd()
  const { cores, memoryGigabytes, node, processor, system } = report.machine
  return [
    `${processor}, ${cores} cores, ${memoryGigabytes} GB, ${system}, Node ${node}; scale ${report.scale}`,
    ...(baseline === undefined
      ? []
      : [`baseline: ${baseline.at}, ${baseline.machine.processor}, scale ${baseline.scale}`]),
    "",
    line(heading),
    ...sections.flatMap(({ rows, title }) => ["", title, ...rows.map(line)])
  ].join("\n")
}

const isNumber = (column: number) => column === 1 || column === 4

/** Three digits that mean something. */
const amount = (value: number): string =>
  value === 0 || Math.abs(value) >= 100
    ? Math.round(value).toLocaleString("en").replaceAll(",", " ")
    : value.toPrecision(3)

const ratioText = (figure: Figure) => ratioOf(figure)?.toFixed(2) ?? ""

/** Ratios are compared where there are any: they mean the same on another machine. */
const wasText = (figure: Figure, was: Figure | undefined): string => {
  if (was === undefined) return ""
  const [now, before] = [ratioOf(figure) ?? figure.value, ratioOf(was) ?? was.value]
  const change = before === 0 ? "" : ` (${now >= before ? "+" : "−"}${Math.abs((now / before - 1) * 100).toFixed(0)} %)`
  return `${ratioOf(was)?.toFixed(2) ?? amount(was.value)}${change}`
}

const targetText = (figure: Figure): string => {
  const { target, unit } = figure
  if (target === undefined) return ""
  return `${boundText(target, unit)} ${isMet(figure) === true ? "met" : "missed"}`
}

const boundText = ({ atLeast, atMost, of }: Target, unit: string): string => {
  const suffix = of === "ratio" ? "" : ` ${unit}`
  return [
    ...(atLeast === undefined ? [] : [`≥ ${amount(atLeast)}${suffix}`]),
    ...(atMost === undefined ? [] : [`≤ ${amount(atMost)}${suffix}`])
  ].join(", ")
}
