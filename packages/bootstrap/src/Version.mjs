/** Comparison of dotted versions such as `v2.15.1`; anything after the numbers (`-rc.1`, `+b2`) is ignored. */
export const Version = {
  /**
   * The first dotted version in a text, without a leading `v`.
   * @param {string} text
   * @returns {string | undefined}
   */
  find: (text) => /(\d+\.\d+\.\d+)/.exec(text)?.[1],

  /**
   * Negative when `a` is older than `b`, positive when newer, 0 when the same.
   * @param {string} a
   * @param {string} b
   */
  compare: (a, b) => {
    const [left, right] = [parts(a), parts(b)]
    for (let i = 0; i < 3; i++) {
      const difference = (left[i] ?? 0) - (right[i] ?? 0)
      if (difference !== 0) return difference
    }
    return 0
  },

  /**
   * Whether a version is in a release line (major.minor) of `minimums` and not older than its bound, or in a line newer
   * than all of them.
   * @param {string} version
   * @param {ReadonlyArray<string>} minimums
   */
  isAccepted: (version, minimums) => {
    const newest = minimums.toSorted(Version.compare).at(-1) ?? "0.0.0"
    if (Version.compare(version, newest) >= 0) return true
    return minimums.some((minimum) => line(minimum) === line(version) && Version.compare(version, minimum) >= 0)
  }
}

/** @param {string} version */
const parts = (version) => (Version.find(version) ?? "0.0.0").split(".").map(Number)

/** @param {string} version */
const line = (version) => parts(version).slice(0, 2).join(".")
