/**
 * Where the service is still at the second edition of the specification, and what it does there until it follows the third. Each
 * line goes when the service does; nothing else in the model deviates from the third edition.
 */
export const notYet = {
  /** 2.2: 64, and any script, once codes are as people have them. */
  codeLength: 32,
  code: /^[A-Za-z0-9][A-Za-z0-9._/-]*$/,
  /** 2.2: a code may be absent or null on creation, and is derived. */
  codeIsRequired: true,
  /** 6.4: merging, which concerns two organizations. */
  unsupported: ["MergeOrganizations"] as ReadonlyArray<string>,
  /** 6.4: links are not written to the hierarchy, and nobody looks at the other organization. */
  hierarchy: false
} as const
