/**
 * Where half a surrogate pair stands in the texts and keys of a JSON value: at most `placesMax` places. JSON can write such halves,
 * and many of its readers refuse a whole message for one.
 */
export const illFormedTexts = (
  value: unknown,
  placesMax = Infinity
): ReadonlyArray<ReadonlyArray<string | number>> => {
  const places: Array<ReadonlyArray<string | number>> = []
  const path: Array<string | number> = []
  const lookAt = (key: string | number, member: unknown) => {
    path.push(key)
    if (typeof key === "string" && !key.isWellFormed()) places.push([...path])
    else look(member)
    path.pop()
  }
  const look = (value: unknown): void => {
    if (typeof value === "string") {
      if (!value.isWellFormed()) places.push([...path])
    } else if (Array.isArray(value)) {
      for (let index = 0; index < value.length && places.length < placesMax; index++) lookAt(index, value[index])
    } else if (typeof value === "object" && value !== null) {
      for (const key of Object.keys(value)) {
        if (places.length >= placesMax) return
        lookAt(key, value[key as keyof typeof value])
      }
    }
  }
  look(value)
  return places
}

/** Whether JSON text may hold such halves: they can only stand there as escapes. */
export const mayBeIllFormed = (json: string): boolean => json.includes("\\ud") || json.includes("\\uD")
