/**
 * How large an organization is. The rule looks at values alone, never at how a program keeps them, so that it comes to the same
 * by replay, after a snapshot and in any version; yet it is close to what Node takes for them (see `memoryOf.ts`).
 *
 * - A number, `true`, `false` and `null` count 8 bytes.
 * - A text counts 24 and its characters: one byte each when all are ASCII, else two for each unit of UTF-16.
 * - A list or an object counts 64 and what is in it; a key of an object counts 48 and its characters.
 * - Each role that a dotted line leads to counts {@link linkBytes} in addition.
 * - A record (the organization, a unit, a child, an absorbed organization) counts {@link recordBytes} and its values.
 * - What tells how something stands and ended counts nothing, so that whatever is at the limit can still be suspended and
 *   dissolved: `status`, `status_reason` and `dissolved_on` of records, and the organization that this one was merged into.
 */

/** What a record counts beside its values: its fields, and its places in the index. */
export const recordBytes = 512

/** What a reference of a list counts beside its text: its place in the index. */
export const linkBytes = 128

const simpleBytes = 8
const textBytes = 24
const keyBytes = 48
const collectionBytes = 64

const uncounted: ReadonlySet<string> = new Set(["status", "status_reason", "dissolved_on"])

/** How much a JSON value counts, in bytes. */
export const bytesOf = (value: unknown): number => {
  if (typeof value === "string") return textBytes + charactersOf(value)
  if (typeof value !== "object" || value === null) return simpleBytes
  let bytes = collectionBytes
  if (Array.isArray(value)) {
    for (const member of value) bytes += bytesOf(member)
    return bytes
  }
  // A loop without entries: metadata may hold thousands of members.
  for (const key in value) bytes += keyBytes + charactersOf(key) + bytesOf(value[key as keyof typeof value])
  return bytes
}

/** By how much an organization grows when a record becomes another one, comes (`before` is none), or goes; looks at what differs. */
export const growth = <Record extends object>(
  before: Record | null | undefined,
  after: Record | null | undefined
): number => {
  if (!after) return before ? -growth(null, before) : 0
  let bytes = before ? 0 : recordBytes
  for (const field in after) {
    const value = after[field]
    if (before ? before[field] === value || uncounted.has(field) : uncounted.has(field)) continue
    bytes += bytesOfField(field, value) - (before ? bytesOfField(field, before[field]) : 0)
  }
  return bytes
}

const bytesOfField = (field: string, value: unknown): number =>
  field === "dotted_line_to" && Array.isArray(value) ? bytesOf(value) + linkBytes * value.length : bytesOf(value)

const charactersOf = (text: string): number => beyondAscii.test(text) ? 2 * text.length : text.length

// oxlint-disable-next-line no-control-regex -- all of ASCII
const beyondAscii = /[^\0-\x7f]/
