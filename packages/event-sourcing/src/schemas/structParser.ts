import { type Compiled, inOne, invalid, missing, type Parse } from "./Parse.ts"

/** One property of a struct. */
export interface Property extends Compiled {
  readonly name: string
  readonly isOptional: boolean
}

const mayGenerateCode = (): boolean => {
  try {
    // oxlint-disable-next-line typescript/no-implied-eval -- a text of ours, to see whether it is allowed
    return new Function("return true")() === true
  } catch {
    return false
  }
}

/** Whether text may become code here. `--disallow-code-generation-from-strings` and content security policies forbid it. */
export const generatesCode: boolean = mayGenerateCode()

/** Reads each property of a struct. */
export const structParser = (properties: ReadonlyArray<Property>): Parse =>
  generatesCode ? structCode(properties) : structLoop(properties)

/**
 * A function that names every property of its struct, made of text. It takes half the time of {@link structLoop}: to the
 * engine each value has another shape in a loop, and nothing that is called there is the same twice.
 */
export const structCode = (properties: ReadonlyArray<Property>): Parse => {
  const key = ({ name }: Property) => JSON.stringify(name)
  const firstOptional = properties.findIndex(({ isOptional }) => isOptional)
  const always = firstOptional === -1 ? properties : properties.slice(0, firstOptional)
  const rest = properties.slice(always.length).map((property, index) => {
    const n = always.length + index
    return `
    ${property.isOptional ? `if (v${n} !== missing) ` : ""}out[${key(property)}] = v${n}`
  })
  // oxlint-disable-next-line typescript/no-implied-eval -- names are escaped, and come from schemas, not from messages
  const make = new Function(
    "invalid",
    "missing",
    ...properties.map((_, n) => `parse${n}`),
    ...properties.map((_, n) => `shortcut${n}`),
    `
  return (input, options) => {
    if (input === missing) return missing
    if (typeof input !== "object" || input === null || Array.isArray(input)) return invalid
${properties.map((property, n) => read(property, n, key(property))).join("")}
    const out = { ${always.map((property, n) => `${key(property)}: v${n}`).join(", ")} }${rest.join("")}
    return out
  }`
  )
  return make(
    invalid,
    missing,
    ...properties.map(({ parse }) => parse),
    ...properties.map(({ shortcut }) => shortcut)
  )
}

/** Property `n` into the variable `v`. */
const read = ({ isOptional, shortcut }: Property, n: number, key: string) => `
    let v${n} = input[${key}]
    if (v${n} === undefined && !(${key} in input)) v${n} = missing${
  shortcut === undefined
    ? `
    v${n} = parse${n}(v${n}, options)`
    : `
    const s${n} = shortcut${n}(v${n}, options)
    v${n} = s${n} === undefined ? parse${n}(v${n}, options) : s${n}`
}
    if (v${n} === invalid${isOptional ? "" : ` || v${n} === missing`}) return invalid`

/** The same where text may not become code. */
export const structLoop = (properties: ReadonlyArray<Property>): Parse => {
  const all = properties.map(({ isOptional, name, ...compiled }) => ({ isOptional, name, parse: inOne(compiled) }))
  return (input, options) => {
    if (input === missing) return missing
    if (typeof input !== "object" || input === null || Array.isArray(input)) return invalid
    const out: Record<string, unknown> = {}
    for (const { isOptional, name, parse } of all) {
      const given = (input as Record<string, unknown>)[name]
      const value = parse(given === undefined && !(name in input) ? missing : given, options)
      if (value === invalid || (value === missing && !isOptional)) return invalid
      if (value !== missing) out[name] = value
    }
    return out
  }
}
