const { compare } = new Intl.Collator("en", { numeric: true })

/** Sorts by texts as people do, `SE-2` before `SE-10`; by id where the texts are the same. */
export const naturalOrder = <A extends { readonly id: string }>(textOf: (value: A) => string) => (a: A, b: A): number =>
  compare(textOf(a), textOf(b)) || (a.id < b.id ? -1 : 1)
