/**
 * The size of an organization by its rule, from the text of a snapshot and nothing of the code that keeps count: a number, a
 * truth value and null 8; a text 24 and one byte for each of its characters when all are ASCII, else two for each unit of
 * UTF-16, a key 24 more; lists and objects 64; a record 512, and 128 for each role in its dotted line; statuses with their reasons and dates nothing.
 */
export const sizeOfStored = (snapshot: string): number => {
  const stored = JSON.parse(snapshot)
  const records = [
    ...(stored.organization === null ? [] : [stored.organization]),
    ...stored.departments,
    ...stored.teams,
    ...stored.roles,
    ...stored.facilities,
    ...stored.children,
    ...stored.absorbed
  ]
  return sum(records.map(sizeOfRecord)) + sum(stored.removed_facility_ids.map(sizeOfValue))
}

const free = ["status", "status_reason", "dissolved_on"]

const sizeOfRecord = (record: { readonly dotted_line_to?: ReadonlyArray<string> }): number =>
  512 + 128 * (record.dotted_line_to?.length ?? 0) +
  sum(Object.entries(record).filter(([field]) => !free.includes(field)).map(([, value]) => sizeOfValue(value)))

const sizeOfValue = (value: unknown): number => {
  if (typeof value === "string") return 24 + (/[\u0080-\uFFFF]/.test(value) ? 2 : 1) * value.length
  if (Array.isArray(value)) return 64 + sum(value.map(sizeOfValue))
  if (typeof value !== "object" || value === null) return 8
  return 64 + sum(Object.entries(value).map(([key, member]) => 24 + sizeOfValue(key) + sizeOfValue(member)))
}

const sum = (numbers: ReadonlyArray<number>): number => numbers.reduce((total, each) => total + each, 0)
