// Control characters and what reverses the direction of writing: they could make a terminal show anything.
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]+/gu

/** A recorded text as one line for a terminal; history may hold what commands may not. */
export const printable = (text: string): string => text.replaceAll(unprintable, " ").trim()
