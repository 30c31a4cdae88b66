/**
 * The word that was probably meant: one that takes at most two changes of a letter, or that begins with what was typed.
 * @param {string} given
 * @param {ReadonlyArray<string>} accepted
 * @returns {string | undefined}
 */
export const nearest = (given, accepted) => {
  const [best] = accepted.map((word) => ({ word, distance: word.startsWith(given) ? 1 : distance(given, word) }))
    .filter(({ distance }) => distance <= 2)
    .toSorted((a, b) => a.distance - b.distance)
  return best?.word
}

/**
 * Insertions, deletions and replacements between two words (Levenshtein); words beyond 40 letters are not compared.
 * @param {string} a
 * @param {string} b
 */
const distance = (a, b) => {
  if (a.length > 40 || b.length > 40) return Number.POSITIVE_INFINITY
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, replaced))
    }
    row = next
  }
  return row[b.length] ?? 0
}
