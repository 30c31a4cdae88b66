import { invalid, missing, type Parse, undecided } from "./Parse.ts"

/** An element of an array or a tuple. */
export interface Element {
  readonly parse: Parse
  readonly isOptional: boolean
}

/** A function that reads a list of any length. */
export const listParser = ({ isOptional, parse }: Element): Parse => (input, options) => {
  if (input === missing) return missing
  if (!Array.isArray(input)) return invalid
  const values: Array<unknown> = []
  for (let index = 0; index < input.length; index++) {
    const value = parse(input[index], options)
    if (value === invalid || (value === missing && !isOptional)) return invalid
    if (value !== missing) values[index] = value
  }
  return values
}

/** A function that reads `elements`, then any number of the first of `rest`, then the others of it. */
export const tupleParser = (elements: ReadonlyArray<Element>, rest: ReadonlyArray<Element>): Parse => {
  const [repeated, ...tail] = rest
  return (input, options) => {
    if (input === missing) return missing
    if (!Array.isArray(input)) return invalid
    const { length } = input
    if (repeated === undefined && length > elements.length) return invalid
    const tailFrom = Math.max(elements.length, length - tail.length)
    const end = repeated === undefined ? elements.length : Math.max(length, elements.length + tail.length)
    const values: Array<unknown> = []
    for (let index = 0; index < end; index++) {
      const element = elements[index] ?? tail[index - tailFrom] ?? repeated!
      const value = element.parse(index < length ? input[index] : missing, options)
      if (value === invalid || (value === missing && !element.isOptional)) return invalid
      if (value !== missing) values[index] = value
    }
    return values
  }
}

/** A function that reads an object of any keys; what is nothing is left out. */
export const recordParser = (parse: Parse): Parse => (input, options) => {
  if (input === missing) return missing
  if (typeof input !== "object" || input === null || Array.isArray(input)) return invalid
  const values: Record<string, unknown> = {}
  for (const key of Object.keys(input)) {
    if (key === "__proto__") throw undecided
    const value = parse((input as Record<string, unknown>)[key], options)
    if (value === invalid) return invalid
    if (value !== missing) values[key] = value
  }
  return values
}
