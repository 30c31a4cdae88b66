/**
 * How long something took, in words.
 * @param {number} started on the clock of `performance.now`
 */
export const secondsSince = (started) => `${((performance.now() - started) / 1000).toFixed(1)} s`
