/** A record after the changes of an update, as events record them: `null` is unchanged, what becomes empty is in `cleared`. */
export const withChanges = <Record extends object>(
  record: Record,
  changes: { readonly cleared: ReadonlyArray<string> }
): Record => {
  // A loop, because entries and rest objects took half of the time of an update.
  const next = { ...record } as { [field: string]: unknown }
  for (const field in changes) {
    const value: unknown = changes[field as keyof typeof changes]
    if (field !== "cleared" && value !== null) next[field] = value
  }
  for (const field of changes.cleared) next[field] = null
  return next as Record
}
