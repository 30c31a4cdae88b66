/**
 * Whether JSON text may hold the number -0. It can say that number, and no writer of it does: what is decided on -0 is not what
 * comes back of a store.
 */
export const mayHoldNegativeZeros = (json: string): boolean => beginnings.some((beginning) => json.includes(beginning))

/** What may stand before a number, outside of texts and within. Ids and times have hyphens before a 0, too. */
const beginnings = [":-0", ",-0", "[-0", " -0", "\n-0", "\t-0", "\r-0"]

/** Makes each -0 in a JSON value 0. Changes the value itself. */
export const withoutNegativeZeros = <A>(value: A): A => {
  if (typeof value !== "object" || value === null) return value
  const members = value as Record<string, unknown>
  for (const key of Object.keys(members)) {
    if (members[key] === 0) members[key] = 0
    else withoutNegativeZeros(members[key])
  }
  return value
}
