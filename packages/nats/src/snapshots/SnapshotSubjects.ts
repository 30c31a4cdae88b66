/** Where the messages of a snapshot go. */
export interface SnapshotSubjects {
  /** Of its last message: the whole snapshot, or the manifest. */
  readonly subjectOf: (aggregateId: string) => string
  /** Of one of its parts, counted from 0. */
  readonly partSubject: (aggregateId: string, index: number) => string
}

/** The {@link SnapshotSubjects} that begin with `prefix`. */
export const snapshotSubjects = (prefix: string): SnapshotSubjects => {
  const subjectOf = (aggregateId: string) => `${prefix}.${aggregateId}`
  return { subjectOf, partSubject: (aggregateId, index) => `${subjectOf(aggregateId)}.${index + 1}` }
}
