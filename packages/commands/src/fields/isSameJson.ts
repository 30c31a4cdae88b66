/** Whether two JSON values are the same; the order of keys does not matter. Takes time as the smaller one is large. */
export const isSameJson = (one: unknown, other: unknown): boolean => {
  if (one === other) return true
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false
  if (Array.isArray(one) || Array.isArray(other)) {
    return Array.isArray(one) && Array.isArray(other) && one.length === other.length &&
      one.every((item, index) => isSameJson(item, other[index]))
  }
  const keys = Object.keys(one)
  return keys.length === Object.keys(other).length &&
    keys.every((key) =>
      Object.hasOwn(other, key) && isSameJson(one[key as keyof typeof one], other[key as keyof typeof other])
    )
}
