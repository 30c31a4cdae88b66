/**
 * Whether JSON text nests deeper than `maximum`. Looks at brackets outside strings only and never recurses, so that it
 * can stand before everything that does.
 */
export const isNestedDeeperThan = (json: string, maximum: number): boolean =>
  hasMoreOpenings(json, maximum) && nestsDeeper(json, maximum)

/** Whether there are more brackets that open than `maximum`, in strings or outside: a tenth of the work of looking at each. */
const hasMoreOpenings = (json: string, maximum: number): boolean => {
  let openings = 0
  for (let at = json.indexOf("{"); at !== -1; at = json.indexOf("{", at + 1)) if (++openings > maximum) return true
  for (let at = json.indexOf("["); at !== -1; at = json.indexOf("[", at + 1)) if (++openings > maximum) return true
  return false
}

const nestsDeeper = (json: string, maximum: number): boolean => {
  let depth = 0
  let inString = false
  for (let index = 0; index < json.length; index++) {
    const character = json.charCodeAt(index)
    if (inString) {
      if (character === backslash) index++
      else if (character === quote) inString = false
    } else if (character === quote) inString = true
    else if (character === openBrace || character === openBracket) {
      if (++depth > maximum) return true
    } else if (character === closeBrace || character === closeBracket) depth--
  }
  return false
}

/**
 * The value of JSON text, or `undefined` when it is none or nests deeper than `depthMax`. What nests deeper has at least
 * two brackets for each level, so most events are too short for it.
 */
export const parseJson = (json: string, depthMax: number): unknown =>
  json.length > 2 * depthMax && isNestedDeeperThan(json, depthMax) ? undefined : parseFlatJson(json)

/** The value of JSON text that is known not to nest too deep, or `undefined` when it is none. */
export const parseFlatJson = (json: string): unknown => {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

/** Whether a JSON value is an object. */
export const isJsonObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const quote = 0x22
const backslash = 0x5c
const openBracket = 0x5b
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d
