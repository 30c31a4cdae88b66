/**
 * Which broker versions keep the promises that an append relies on.
 *
 * Older servers ignore subject-filtered expectations and batch headers without an error and store wrong data,
 * so they are refused at start.
 */

/** What to tell an operator whose broker is too old. */
export const neededBrokerVersion = "2.12.14 or later of 2.12, or 2.14.4 or later"

const pattern = /^v?(\d+)\.(\d+)\.(\d+)(-[0-9A-Za-z.-]+)?/

/** Whether `version` (such as `2.15.1` or `2.14.4-RC.1`) is new enough. A text that is no version is not. */
export const isAcceptedBrokerVersion = (version: string): boolean => {
  const match = pattern.exec(version)
  if (match === null) return false
  const [major, minor, patch] = [Number(match[1]), Number(match[2]), Number(match[3])]
  const reaches = (needed: number) => patch > needed || (patch === needed && match[4] === undefined)
  if (major !== 2) return major > 2
  if (minor === 12) return reaches(14)
  if (minor === 14) return reaches(4)
  return minor > 14
}
