/**
 * The value with one member somewhere in it replaced by one of `intruders`, taken away, or added. Which is in `choices`, any
 * numbers; the more there are, the deeper it may be.
 */
export const corrupted = (
  value: unknown,
  intruders: ReadonlyArray<unknown>,
  choices: ReadonlyArray<number>
): unknown => {
  const [where = 0, what = 0, ...rest] = choices
  const intruder = intruders[what % intruders.length]
  if (typeof value !== "object" || value === null || rest.length === 0) return intruder
  const keys = Object.keys(value)
  const key = keys[where % (keys.length + 1)]
  if (key === undefined) return Array.isArray(value) ? [...value, intruder] : { ...value, unexpected: intruder }
  const members = Object.entries(value).flatMap(([name, member]) => {
    if (name !== key) return [[name, member] as const]
    return what % 7 === 0 ? [] : [[name, what % 3 === 0 ? corrupted(member, intruders, rest) : intruder] as const]
  })
  return Array.isArray(value) ? members.map(([, member]) => member) : Object.fromEntries(members)
}
