/** Whether a subject has a wildcard. */
export const hasWildcard = (subject: string): boolean =>
  subject.includes("*") || subject.includes(">")
    ? subject.split(".").some((token, index, all) => token === "*" || (token === ">" && index === all.length - 1))
    : false

/** Whether a filter, with `*` for one token and `>` for one or more at the end, matches a subject without wildcards. */
export const subjectMatches = (filter: string, subject: string): boolean => {
  if (filter === subject) return true
  if (!filter.includes("*") && filter.endsWith(".>")) {
    return subject.length > filter.length - 1 && subject.startsWith(filter.slice(0, -1))
  }
  const [wanted, given] = [filter.split("."), subject.split(".")]
  for (const [index, token] of wanted.entries()) {
    if (token === ">" && index === wanted.length - 1) return given.length > index
    if (index >= given.length || (token !== "*" && token !== given[index])) return false
  }
  return wanted.length === given.length
}

/** Whether some subject is matched by both filters. */
export const subjectsOverlap = (one: string, other: string): boolean => {
  const [left, right] = [one.split("."), other.split(".")]
  for (let index = 0;; index++) {
    const [a, b] = [left[index], right[index]]
    if (a === undefined || b === undefined) return a === b
    if (a === ">" || b === ">") return true
    if (a !== "*" && b !== "*" && a !== b) return false
  }
}
