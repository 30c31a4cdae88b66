/** What the functions of a quick codec answer for input that the schema does not accept. */
export const invalid = Symbol("invalid")

/** Stands for a key that is not there, as input and as output. */
export const missing = Symbol("missing")

/** One step of reading or writing. */
export type Parse = (input: unknown) => unknown

/** One property of a struct. */
export interface Property {
  readonly name: string
  readonly parse: Parse
  readonly isOptional: boolean
}

/**
 * A function that names every property of its struct, made of text when the first value comes. One loop for all structs
 * takes twice as long: to the engine each value has another shape there, and nothing it calls is the same twice.
 * Where text may not become code this throws, which is an answer of no: then the schema does all the work.
 */
export const structParser = (properties: ReadonlyArray<Property>): Parse => {
  const key = ({ name }: Property) => JSON.stringify(name)
  const reads = properties.map((property, n) => `
    let v${n} = input[${key(property)}]
    v${n} = parse${n}(v${n} === undefined && !(${key(property)} in input) ? missing : v${n})
    if (v${n} === invalid${property.isOptional ? "" : ` || v${n} === missing`}) return invalid`)
  const firstOptional = properties.findIndex(({ isOptional }) => isOptional)
  const always = firstOptional === -1 ? properties : properties.slice(0, firstOptional)
  const rest = properties.slice(always.length).map((property, n) => {
    const value = `v${always.length + n}`
    return `
    ${property.isOptional ? `if (${value} !== missing) ` : ""}out[${key(property)}] = ${value}`
  })
  // oxlint-disable-next-line typescript/no-implied-eval -- names are escaped, and come from schemas, not from messages
  const make = new Function(
    "invalid",
    "missing",
    ...properties.map((_, n) => `parse${n}`),
    `
  return (input) => {
    if (input === missing) return missing
    if (typeof input !== "object" || input === null || Array.isArray(input)) return invalid${reads.join("")}
    const out = { ${always.map((property, n) => `${key(property)}: v${n}`).join(", ")} }${rest.join("")}
    return out
  }`
  )
  return make(invalid, missing, ...properties.map(({ parse }) => parse))
}
