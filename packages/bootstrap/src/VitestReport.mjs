/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

/** What vitest's JSON report says, in the three numbers that are added up. */
export const VitestReport = {
  /**
   * A file that could not even be loaded has no tests to count and counts as one failure; so does a run that failed
   * although every test passed, such as one with an unhandled error.
   * @param {string | undefined} json the report, `undefined` if there is none
   * @param {number} exitCode
   * @returns {Counts}
   */
  counts: (json, exitCode) => {
    const counts = json === undefined ? { passed: 0, failed: 0, skipped: 0 } : countsOf(JSON.parse(json))
    return counts.failed === 0 && exitCode !== 0 ? { ...counts, failed: 1 } : counts
  }
}

/**
 * @param {{
 *   numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
 *   testResults: ReadonlyArray<{ status: string, assertionResults: ReadonlyArray<{ status: string }> }>
 * }} report
 */
const countsOf = (report) => {
  const brokenFiles = report.testResults.filter(({ status, assertionResults }) =>
    status === "failed" && assertionResults.every((result) => result.status !== "failed")
  )
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + report.numTodoTests
  }
}
