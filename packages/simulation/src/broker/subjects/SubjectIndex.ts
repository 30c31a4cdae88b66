import { hasWildcard, subjectMatches } from "./subjectMatches.ts"

/** What precedes the first wildcard, with its dot. */
const literalPart = (filter: string): string => {
  const tokens = filter.split(".")
  const end = tokens.findIndex((token) => token === "*" || token === ">")
  return end === 0 ? "" : `${tokens.slice(0, end).join(".")}.`
}

/** Things by the subjects that they are interested in, found in about as many steps as a subject has tokens. */
export class SubjectIndex<A extends { readonly subject: string }> {
  readonly #literal = new Map<string, Set<A>>()
  readonly #wild = new Map<string, Set<A>>()

  add(item: A): void {
    const [map, key] = this.#place(item.subject)
    const present = map.get(key)
    if (present === undefined) map.set(key, new Set([item]))
    else present.add(item)
  }

  remove(item: A): void {
    const [map, key] = this.#place(item.subject)
    const present = map.get(key)
    present?.delete(item)
    if (present?.size === 0) map.delete(key)
  }

  /** Calls for each one that is interested in a subject without wildcards, in no order that means anything but always the same. */
  forEach(subject: string, run: (item: A) => void): void {
    const literal = this.#literal.get(subject)
    if (literal !== undefined) { for (const item of literal) run(item) }
    if (this.#wild.size === 0) return
    for (let end = 0; end >= 0; end = subject.indexOf(".", end) + 1 || -1) {
      const wild = this.#wild.get(subject.slice(0, end))
      if (wild === undefined) continue
      for (const item of wild) if (subjectMatches(item.subject, subject)) run(item)
    }
  }

  #place(subject: string): readonly [Map<string, Set<A>>, string] {
    return hasWildcard(subject) ? [this.#wild, literalPart(subject)] : [this.#literal, subject]
  }
}
