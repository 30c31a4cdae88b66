/**
 * Where the service is still at the second edition of the specification, and what it does there until it follows the third. Each
 * line goes when the service does; nothing else in the model deviates from the third edition.
 */
export const notYet = {
  /** 6.4: merging, which concerns two organizations. */
  unsupported: ["MergeOrganizations"] as ReadonlyArray<string>,
  /** 6.4: links are not written to the hierarchy, and nobody looks at the other organization. */
  hierarchy: false
} as const
