/**
 * How often each law is tried. To look harder than usual: `LAW_RUNS=5000 npm test -- --project organization`.
 */
export const lawRuns: number = Number(process.env["LAW_RUNS"] ?? 200)

/** The options of a property that is a law. */
export const arbitrary = { runs: lawRuns }
