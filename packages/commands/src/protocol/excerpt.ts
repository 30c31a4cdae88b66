/**
 * The beginning of a text that somebody else wrote, for answers and logs: at most `unitsMax` UTF-16 code units on one line,
 * with U+FFFD for control characters and half surrogate pairs, those that the cut makes included.
 */
export const excerpt = (text: string, unitsMax: number): string =>
  text.slice(0, unitsMax).toWellFormed().replaceAll(unprintable, "\ufffd")

const unprintable = /[\p{Cc}\u2028\u2029]/gu
