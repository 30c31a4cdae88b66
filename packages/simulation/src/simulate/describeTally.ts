import type { Tally } from "./runHistories.ts"

const listed = (counts: ReadonlyMap<string, number>): string =>
  counts.size === 0
    ? "none"
    : [...counts].toSorted(([, one], [, other]) => other - one).map(([name, count]) => `${count} ${name}`).join(", ")

/** What was run, in lines for a person; `seconds` are those of the clock on the wall. */
export const describeTally = (tally: Tally, seconds: number): ReadonlyArray<string> => {
  const hours = tally.virtualMillis / 3_600_000
  const all = tally.coverage.all
  const seen = all.filter(({ count }) => count > 0)
  return [
    `${tally.histories} histories, ${hours.toFixed(1)} simulated hours in ${seconds.toFixed(1)} s: ${
      Math.round(tally.virtualMillis / 1_000 / seconds)
    } times as fast as time`,
    `${tally.commands} commands, sent ${tally.attempts} times; ${tally.events} events`,
    `answers: ${listed(tally.outcomes)}`,
    `faults: ${listed(tally.faults)}`,
    `transitions of lines: ${seen.length} of ${all.length} were seen`
  ]
}

/** The transitions of lines: one row for each state, with what happened to it and how often; `-` for what was never seen. */
export const describeCoverage = ({ coverage }: Tally): ReadonlyArray<string> => {
  const rows = Map.groupBy(coverage.all, ({ state }) => state)
  return [
    ...[...rows].map(([state, seen]) =>
      `  ${state.padEnd(18)}${seen.map(({ count, input }) => `${input} ${count === 0 ? "-" : count}`).join(", ")}`
    ),
    ...coverage.unexpected.map((transition) => `  not thought to exist: ${transition}`)
  ]
}
