/**
 * UUIDs as text: one canonical spelling inside, several accepted outside (RFC 9562).
 */

/** Lower case, hyphenated, variant `10`, version 1 to 8; this leaves out the nil and the max UUID. */
export const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

const hyphenated = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
/** Of the longest spelling, `urn:uuid:` before it. */
const lengthMax = "urn:uuid:".length + 36
const compact = /^[0-9a-f]{32}$/

/**
 * The canonical spelling of a UUID written in any usual way (upper case, without hyphens, `urn:uuid:`, braces), or
 * `null` when it is none or not of an accepted variant and version.
 */
export const canonicalUuid = (text: string): string | null => {
  if (uuidPattern.test(text)) return text
  if (text.length > lengthMax) return null
  const plain = stripDecoration(text.toLowerCase())
  const canonical = compact.test(plain) ? hyphenate(plain) : hyphenated.test(plain) ? plain : null
  return canonical !== null && uuidPattern.test(canonical) ? canonical : null
}

/** Writes 32 hexadecimal digits with the four hyphens of a UUID. */
export const hyphenate = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`

const stripDecoration = (text: string): string => {
  if (text.startsWith("urn:uuid:")) return text.slice("urn:uuid:".length)
  return text.startsWith("{") && text.endsWith("}") ? text.slice(1, -1) : text
}
