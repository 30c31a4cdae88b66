/** A legal form, or use of a facility, as people write it. */
export const describeType = (type: string | { readonly Other: string }): string =>
  typeof type === "string" ? type : type.Other
